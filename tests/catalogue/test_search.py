"""Searching the catalogue: both databases give the answers that a reader expects."""

from functools import cache
from random import Random

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from ricomi_workflow.catalogue.models import catalogue_entry
from ricomi_workflow.catalogue.projection import FACETS, ROLES
from ricomi_workflow.catalogue.queries import (
    SearchQuery,
    edit_distance,
    search_entries,
    suggest_corrections,
)
from ricomi_workflow.catalogue.tokenizer import BREAK
from ricomi_workflow.kernel.text import fold
from ricomi_workflow.reference_data.loader import subregions
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
        rows = connection.execute(select(catalogue_entry.c.entry_id, catalogue_entry.c.words))
        indexed = {key: set(words.split()) - {BREAK} for key, words in rows}
    for wanted in rng.sample(sorted(set().union(*indexed.values())), 60):
        start = wanted[: rng.randint(1, len(wanted))]
        expected = {n for n, own in indexed.items() if any(w.startswith(start) for w in own)}
        assert set(shelf.found(start)) == expected, start


def test_facets_count_what_one_more_choice_would_give(shelf: Shelf) -> None:
    rng = Random(3)
    topics = ["labour_migration", "legislation", "human_rights"]
    people = ["returnees", "children_youth", "migrants"]
    texts = {"es": "Registro", "pt": "Visita", "fr": "Registre"}
    for _ in range(25):
        shelf.put(
            rng.choice(["PY", "CL", "AR"]),
            state=rng.choice(["executing", "closed", "funded", "cancelled"]),
            year=rng.choice([2025, 2026]),
            joined=rng.choice([(), ("HT",), ("PE", "US")]),
            topics=rng.sample(topics, rng.randint(1, 3)),
            populations=rng.sample(people, rng.randint(1, 2)),
            modality=rng.sample(["workshop", "internship"], rng.randint(1, 2)),
            participants=rng.sample(["BR", "MX", "US"], rng.randint(0, 2)),
            title={lang: texts[lang] for lang in rng.sample(sorted(texts), rng.randint(1, 3))},
        )
    facets = entries_by_facet(shelf)
    assert {value for own in facets.values() for value in own["role"]} == set(ROLES)
    for _ in range(30):
        chosen = {
            facet: rng.sample(found, min(2, len(found)))
            for facet in rng.sample(FACETS, rng.randint(1, 4))
            if (found := sorted({v for values in facets.values() for v in values[facet]}))
        }
        assert_counts(shelf, facets, rng.choice(["", "registro", "visita"]), chosen)


def entries_by_facet(shelf: Shelf) -> dict[int, dict[str, set[str]]]:
    """The facet values of each entry, read from its public fields."""
    none = {facet: set[str]() for facet in FACETS}
    return {
        entry.entry_id: none
        | {
            "topic": set(map(str, list_of(entry.public["topics"]))),
            "population": set(map(str, list_of(entry.public["populations"]))),
            "modality": set(map(str, list_of(entry.public["modality"]))),
            "language": set(entry.title),
            "kind": {entry.kind},
            "status": {entry.status},
            "year": {str(entry.year)},
            "word": {fold(title) for title in entry.title.values()},
            **by_country(
                dict.fromkeys(shelf.joined[entry.entry_id], "provides")
                | dict.fromkeys(map(str, list_of(entry.public.get("participants"))), "takes_part")
                | {entry.country: "asks"}
            ),
        }
        for entry in shelf.results().entries
    }


def by_country(roles: dict[str, str]) -> dict[str, set[str]]:
    return {
        "country": set(roles),
        "role": set(roles.values()),
        "both": {f"{role} {country}" for country, role in roles.items()},
        "subregion": {subregions().by_state[country] for country in roles},
    }


def list_of(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def assert_counts(
    shelf: Shelf, facets: dict[int, dict[str, set[str]]], words: str, chosen: dict[str, list[str]]
) -> None:
    def fits(own: dict[str, set[str]], asked: dict[str, list[str]]) -> bool:
        pairs = {f"{r} {c}" for r in asked.get("role", ()) for c in asked.get("country", ())}
        return (
            (not words or words in own["word"])
            and all(own[facet] & set(values) for facet, values in asked.items())
            and (not pairs or bool(own["both"] & pairs))
        )

    results = shelf.results(words, **chosen)
    assert results.total == len(results.entries) == sum(fits(o, chosen) for o in facets.values())
    for facet, counts in results.facets.items():
        expected = {}
        for value in {value for own in facets.values() for value in own[facet]}:
            one = chosen | {facet: [value]}
            expected[value] = sum(fits(own, one) for own in facets.values())
        assert dict(counts) == {value: n for value, n in expected.items() if n}, (facet, chosen)
        assert [n for _, n in counts] == sorted((n for _, n in counts), reverse=True)


def test_a_phrase_is_found_where_its_whole_words_follow_each_other(shelf: Shelf) -> None:
    shelf.put(title={"es": "Registro de personas", "pt": "Retorno"}, summary={"es": "Sello rojo"})
    shelf.put(title={"es": "Personas de registro"})
    expected = {
        '"registro de personas"': [1],
        "«REGISTRO de»": [1],
        "“de registro”": [2],
        '"de regis"': [],  # whole words
        '"regis': [2, 1],  # a quotation that is not closed is none
        '"personas retorno"': [],  # one text ends, another one begins
        '"retorno sello"': [],
        'sell "de personas"': [1],
        "ꙮ": [2, 1],  # what stands between texts is no word
        '"personas ꙮ retorno"': [],
        '""': [2, 1],
    }
    assert {words: shelf.found(words) for words in expected} == expected


def test_results_are_sorted_by_day_or_by_the_words_of_their_titles_and_paged_so(
    shelf: Shelf,
) -> None:
    titles = ("Visita", "Registro civil", "Registro", "Civil", "Registro civil", "Otra")
    for number, title in enumerate(titles):
        objectives = {"es": "registro civil" if title != "Otra" else "otra"}
        shelf.put(hour=number // 2, title={"es": title}, objectives=objectives)
    expected = {"newest": [5, 4, 3, 2, 1], "oldest": [1, 2, 3, 4, 5], "relevant": [5, 2, 4, 3, 1]}
    for sort, order in expected.items():
        asked, seen, after = SearchQuery('"registro" civ', sort=sort), list[int](), None
        with shelf.services.uow.read() as connection:
            for _ in order:
                page = search_entries(connection, asked, after, limit=1)
                seen += [entry.entry_id for entry in page.entries]
                after = page.following
        assert (seen, after) == (order, None)


def test_a_word_that_finds_nothing_is_corrected_by_one_that_does(shelf: Shelf) -> None:
    shelf.put(title={"es": "Trabajadores migrantes", "pt": "Proteção"})
    shelf.put(title={"es": "Trabajadoras de temporada"})
    expected = {
        "trabjadores": ["trabajadores", "trabajadoras"],  # the nearest first
        "Migrntes tem": ["migrantes tem"],  # still to be counted: no entry has both
        "proteccao": ["protecao"],
        "rpoteçao": ["protecao"],  # the end is right
        '"migrantse"': ['"migrantes"'],  # two letters that changed places
        "temporada": [],
        "tempor": [],  # begins one
        "xyzwvuts": [],
        "rio": [],  # too short
        "": [],
    }
    with shelf.services.uow.read() as connection:
        found = {
            w: [f.words for f in suggest_corrections(connection, SearchQuery(w))] for w in expected
        }
    assert found == expected


@given(st.text("abc", max_size=7), st.text("abc", max_size=7))
def test_the_distance_of_words_is_the_least_number_of_slips(one: str, two: str) -> None:
    @cache
    def least(i: int, j: int) -> int:
        if not i or not j:
            return i + j
        ways = [least(i - 1, j) + 1, least(i, j - 1) + 1]
        ways.append(least(i - 1, j - 1) + (one[i - 1] != two[j - 1]))
        if i > 1 and j > 1 and (one[i - 1], one[i - 2]) == (two[j - 2], two[j - 1]):
            ways.append(least(i - 2, j - 2) + 1)
        return min(ways)

    assert edit_distance(one, two, 2) == min(least(len(one), len(two)), 3)


def test_pages_follow_each_other_also_when_entries_changed_at_once(shelf: Shelf) -> None:
    for number in range(7):
        shelf.put(hour=number // 3, title={"es": "Registro" if number != 3 else "Visita"})
    seen, after = [], None
    with shelf.services.uow.read() as connection:
        while True:
            page = search_entries(connection, SearchQuery("registro"), after, limit=2)
            assert page.total == 6
            seen += [entry.entry_id for entry in page.entries]
            after = page.following
            if after is None:
                break
    assert seen == [7, 6, 5, 3, 2, 1]


def test_a_last_page_that_is_full_is_known_to_be_the_last(shelf: Shelf) -> None:
    shelf.put()
    shelf.put()
    with shelf.services.uow.read() as connection:
        assert search_entries(connection, SearchQuery(), limit=2).following is None
        assert search_entries(connection, SearchQuery(), limit=1).following is not None
