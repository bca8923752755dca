"""Searching the catalogue: both databases give the answers that a reader expects."""

from random import Random

from sqlalchemy import select

from ricomi_workflow.catalogue.models import catalogue_entry
from ricomi_workflow.catalogue.queries import Filters, search
from ricomi_workflow.kernel.text import fold
from tests.catalogue.shelf import Shelf

TITLES = (
    {"es": "Protección consular de niñas y niños", "fr": "Protection consulaire"},
    {"pt": "Migração laboral e proteção", "en": "Labour migration"},
    {"es": "Ñandúes en la frontera: 1.500 km", "en": "Co2, e-mail and O'Higgins"},
)


def test_words_are_found_whatever_their_case_accents_and_endings(shelf: Shelf) -> None:
    for title in TITLES:
        shelf.put(title=title)
    expected = {
        "": [3, 2, 1],
        "proteccion": [1],
        "PROTEÇÃO": [2],
        "protec": [2, 1],  # the beginning of a word is enough
        "tection": [],  # its middle is not
        "niñas NIÑOS": [1],  # every word must be there
        "migration labour": [2],  # in any language and order
        "laboral labour": [2],
        "nandues": [3],
        "co2": [3],
        "o'higgins": [3],
        "e-mail": [3],
        "1.500": [3],
        "  ¿?  ": [3, 2, 1],  # no word at all
        'co2" OR "x': [],
        "co2 & !x | (": [],
        "RICOMI-2026-0002": [2],
        "ricomi 2026": [3, 2, 1],
    }
    assert {words: shelf.found(words) for words in expected} == expected


def test_an_entry_is_found_by_the_names_of_what_was_chosen(shelf: Shelf) -> None:
    shelf.put("PY", topics=["consular_protection"], participants=["BR"])
    shelf.put("HT", topics=["legislation"], participants=[])
    expected = {
        "paraguai": [1],
        "brésil": [1],
        "haïti": [2],
        "législation": [2],
        "consular_protection": [1],  # two words of the English name
        "expected_result": [],
    }
    assert {words: shelf.found(words) for words in expected} == expected


def test_what_is_not_public_is_not_found(shelf: Shelf) -> None:
    shelf.put(contact="Zenobia", problem="Xylophone", expected_result="Quetzal")
    assert [shelf.found(words) for words in ("zenobia", "xylophone", "quetzal", "ana")] == [[]] * 4
    (entry,) = shelf.results().entries
    assert not {"contact", "problem", "budget", "declaration"} & entry.public.keys()


def test_every_beginning_of_every_word_of_odd_texts_finds_the_same_entries(shelf: Shelf) -> None:
    rng = Random(7)
    letters = "abcñÑçéÉüßœøŁ0123-_/.'’@&|!():*\"%ºª·ıİ "
    for _ in range(40):
        shelf.put(title={"es": "".join(rng.choices(letters, k=24)) + " x"})
    with shelf.services.uow.read() as connection:
        rows = connection.execute(select(catalogue_entry.c.case_id, catalogue_entry.c.words))
        indexed = {key: set(words.split(" ")) for key, words in rows}
    for wanted in rng.sample(sorted(set().union(*indexed.values())), 60):
        start = wanted[: rng.randint(1, len(wanted))]
        expected = {n for n, own in indexed.items() if any(w.startswith(start) for w in own)}
        assert set(shelf.found(start)) == expected, start


def test_facets_count_what_one_more_choice_would_give(shelf: Shelf) -> None:
    rng = Random(3)
    topics = ["labour_migration", "legislation", "human_rights"]
    people = ["returnees", "children_youth", "migrants"]
    for _ in range(25):
        shelf.put(
            rng.choice(["PY", "CL", "AR"]),
            state=rng.choice(["executing", "closed", "funded", "cancelled"]),
            year=rng.choice([2025, 2026]),
            topics=rng.sample(topics, rng.randint(1, 3)),
            populations=rng.sample(people, rng.randint(1, 2)),
            participants=rng.sample(["BR", "MX", "CL"], rng.randint(0, 2)),
            title={"es": rng.choice(["Registro", "Visita"])},
        )
    facets = entries_by_facet(shelf)
    for _ in range(12):
        chosen = {
            facet: rng.sample(sorted({v for values in facets.values() for v in values[facet]}), 2)
            for facet in rng.sample(["topic", "country", "population", "status", "year"], 2)
        }
        words = rng.choice(["", "registro", "visita"])
        assert_counts(shelf, facets, words, chosen)


def entries_by_facet(shelf: Shelf) -> dict[int, dict[str, set[str]]]:
    """The facet values of each entry, read from its public fields."""
    return {
        entry.case_id: {
            "topic": set(map(str, list_of(entry.public["topics"]))),
            "population": set(map(str, list_of(entry.public["populations"]))),
            "country": {entry.country, *map(str, list_of(entry.public.get("participants")))},
            "kind": {entry.kind},
            "status": {entry.status},
            "year": {str(entry.year)},
            "word": {fold(title) for title in entry.title.values()},
        }
        for entry in shelf.results().entries
    }


def list_of(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def assert_counts(
    shelf: Shelf, facets: dict[int, dict[str, set[str]]], words: str, chosen: dict[str, list[str]]
) -> None:
    def fitting(but: str = "") -> list[dict[str, set[str]]]:
        return [
            own
            for own in facets.values()
            if (not words or words in own["word"])
            and all(own[f] & set(values) for f, values in chosen.items() if f != but)
        ]

    results = shelf.results(words, **chosen)
    assert results.total == len(results.entries) == len(fitting())
    for facet, counts in results.facets.items():
        there = [value for own in fitting(but=facet) for value in own[facet]]
        assert dict(counts) == {value: there.count(value) for value in set(there)}
        assert [n for _, n in counts] == sorted((n for _, n in counts), reverse=True)


def test_pages_follow_each_other_also_when_entries_changed_at_once(shelf: Shelf) -> None:
    for number in range(7):
        shelf.put(hour=number // 3, title={"es": "Registro" if number != 3 else "Visita"})
    seen, after = [], None
    with shelf.services.uow.read() as connection:
        while True:
            page = search(connection, Filters("registro"), after, limit=2)
            assert page.total == 6
            seen += [entry.case_id for entry in page.entries]
            after = page.following
            if after is None:
                break
    assert seen == [7, 6, 5, 3, 2, 1]


def test_a_last_page_that_is_full_is_known_to_be_the_last(shelf: Shelf) -> None:
    shelf.put()
    shelf.put()
    with shelf.services.uow.read() as connection:
        assert search(connection, Filters(), limit=2).following is None
        assert search(connection, Filters(), limit=1).following is not None
