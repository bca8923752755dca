"""Lines of JSON go out, come in elsewhere and go out again as they were."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ricomi_workflow.catalogue.queries import CatalogueEntry, SearchQuery
from ricomi_workflow.exports.formats import export
from ricomi_workflow.exports.json_lines import import_lines, read_line, write_line
from ricomi_workflow.kernel.actors import SYSTEM
from ricomi_workflow.kernel.errors import Refused
from tests.catalogue.shelf import Shelf
from tests.support.databases import Databases, connected

# What the database and JSON both hold: no half of a pair, no NUL.
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
TEXTS = st.dictionaries(st.sampled_from(["es", "en", "pt", "fr"]), TEXT)
ENTRIES = st.builds(
    CatalogueEntry,
    entry_id=st.just(1),
    ref=TEXT,
    kind=TEXT,
    definition=TEXT,
    country=TEXT,
    status=TEXT,
    year=st.integers(1900, 2100),
    amount_minor=st.integers(0, 10**15 - 1),  # thirteen digits of units, the most that is read
    currency=st.just("USD"),
    illustrative=st.booleans(),
    changed_at=st.datetimes(timezones=st.just(UTC), min_value=datetime(1900, 1, 1)),  # noqa: DTZ001 - hypothesis asks for a naive bound
    title=TEXTS,
    summary=TEXTS,
    public=st.dictionaries(TEXT, JSON, max_size=4),
    confirmation=TEXT,
    answers=st.lists(st.dictionaries(TEXT, JSON, max_size=2), max_size=2),
    office=TEXT,
    verified_on=st.none() | st.dates(),
    review_by=st.none() | st.dates(),
)
FACETS = st.lists(st.tuples(st.sampled_from(["country", "topic"]), TEXT), unique=True).map(sorted)


@given(ENTRIES, FACETS)
def test_a_line_tells_an_entry_whole(entry: CatalogueEntry, facets: list[tuple[str, str]]) -> None:
    assert read_line(write_line(entry, facets), 1) == (entry, facets)


ONE = CatalogueEntry(
    entry_id=1,
    ref="RICOMI-2026-0001",
    kind="good_practice",
    definition="good_practice/v1",
    country="PY",
    status="published",
    year=2026,
    amount_minor=100,
    currency="USD",
    illustrative=False,
    changed_at=datetime(2026, 11, 29, tzinfo=UTC),
    title={"es": "Uno"},
    summary={},
    public={},
    verified_on=date(2026, 11, 29),
)


@pytest.mark.parametrize(
    "change",
    [
        {"year": "2026"},
        {"amount": "1"},
        {"amount": "gold"},
        {"changed_at": "yesterday"},
        {"illustrative": 1},
        {"title": None},
        {"facets": {"topic": "x"}},
        {"facets": []},
        {"colour": "red"},
        {"verified_on": "2026-11-31"},
    ],
)
def test_a_line_that_would_come_out_otherwise_is_refused(change: dict[str, object]) -> None:
    told = json.dumps(json.loads(write_line(ONE, [])) | change, ensure_ascii=False) + "\n"
    with pytest.raises(Refused):
        read_line(told, 1)
    with pytest.raises(Refused):
        read_line("[]\n", 1)
    with pytest.raises(Refused):
        read_line("[" * 100_000, 1)


def exported(shelf: Shelf) -> bytes:
    with shelf.services.uow.read() as connection:
        return b"".join(export(connection, shelf.services, "jsonl", SearchQuery(), "es"))


def test_a_mirror_gives_the_same_lines_and_finds_the_same(databases: Databases) -> None:
    with connected(databases) as first, connected(databases) as second:
        shelf, mirror = Shelf(first), Shelf(second)
        shelf.put(title={"fr": "Registre", "es": 'Registro "único"\n'}, participants=["CL", "PE"])
        shelf.put("BR", state="closed", topics=["labour_migration"], joined=("CO",))
        told = exported(shelf)
        with mirror.services.uow.begin(SYSTEM) as tx:
            assert import_lines(tx, mirror.services, told.decode().splitlines(keepends=True)) == 2
        assert exported(mirror) == told
        for asked in ({}, {"provides": ["CO"]}, {"topic": ["labour_migration"]}):
            assert mirror.found("peru", **asked) == shelf.found("peru", **asked)
        assert replace(mirror.results(), entries=()) == replace(shelf.results(), entries=())
        assert mirror.found("unico") == [1]

        with pytest.raises(Refused), mirror.services.uow.begin(SYSTEM) as tx:
            import_lines(tx, mirror.services, [])
        twice = [write_line(ONE, []), write_line(ONE, [])]
        with connected(databases) as third:
            other = Shelf(third)
            with pytest.raises(Refused), other.services.uow.begin(SYSTEM) as tx:
                import_lines(tx, other.services, twice)
            for forged in (
                write_line(replace(ONE, ref="../<b>"), []),
                write_line(replace(ONE, country="PY'"), []),
                write_line(replace(ONE, title={"es": 5}), []),  # type: ignore[dict-item]
                write_line(replace(ONE, answers=[{"a": 1}]), []),
                write_line(ONE, [("topic", "health\nkind=law")]),
            ):
                with pytest.raises(Refused), other.services.uow.begin(SYSTEM) as tx:
                    import_lines(tx, other.services, [forged])
            assert exported(other) == b""
