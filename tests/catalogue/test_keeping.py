"""The catalogue follows the cases: entries appear, change, go; what was tampered with is found."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

import pytest
from sqlalchemy import Connection, Engine, delete, insert, select, text, update

from ricomi_workflow.ballots.rules import Outcome
from ricomi_workflow.catalogue.commands import list_differences, rebuild_catalogue
from ricomi_workflow.catalogue.models import catalogue_entry, catalogue_facet
from ricomi_workflow.catalogue.queries import (
    SearchQuery,
    count_entries,
    get_entry,
    list_latest,
    search_entries,
)
from ricomi_workflow.decisions.commands import is_in_catalogue
from ricomi_workflow.decisions.queries import get_document
from ricomi_workflow.decisions.record import VOID
from ricomi_workflow.kernel.actors import NETWORK, SYSTEM
from ricomi_workflow.kernel.errors import NotFound
from tests.support.story import APPLICANT, KIND, Story


def differing(story: Story) -> list[str]:
    with story.services.uow.read() as connection:
        return [ref for ref, differs in list_differences(connection, story.services) if differs]


def content(story: Story) -> list[Iterable[object]]:
    with story.services.uow.read() as connection:
        return [
            list(connection.execute(select(table).order_by(*table.primary_key.columns)))
            for table in (catalogue_entry, catalogue_facet)
        ]


def test_a_withdrawn_entry_leaves_only_what_was_decided(story: Story) -> None:
    ref = story.after("decide")
    with story.services.uow.read() as connection:
        assert search_entries(connection, SearchQuery("registro")).total == 2
    story.do(APPLICANT, "withdraw", reason="Other plans.")
    with story.services.uow.read() as connection:
        left = search_entries(connection, SearchQuery("registro"))
        decided = f"{ref}.1"
        assert (left.total, count_entries(connection)) == (1, 1)
        assert [each.ref for each in (*left.entries, *list_latest(connection, 9))] == [decided] * 2
        assert not search_entries(connection, SearchQuery(chosen={"kind": [KIND]})).total
        with pytest.raises(NotFound):
            get_entry(connection, ref)
        found = connection.execute(select(catalogue_facet.c.entry_id).distinct()).scalars()
        assert list(found) == [left.entries[0].entry_id]


def test_an_adopted_decision_is_found_with_its_number_body_and_day_and_no_vote(
    story: Story,
) -> None:
    ref = story.after("decide")
    with story.services.uow.read() as connection:
        entry = get_entry(connection, f"{ref}.1")
        record = cast("Mapping[str, Any]", get_document(connection, ref)["decision"])
        by_number = search_entries(
            connection, SearchQuery(f'"{record["number"]}"', {"body": ["ceam"]})
        )
        facets = search_entries(connection, SearchQuery(chosen={"kind": ["decision"]})).facets
        stored = str(connection.execute(select(catalogue_entry)).all())
    assert [each.ref for each in by_number.entries] == [entry.ref]
    assert (entry.country, entry.status, entry.review_by) == (NETWORK, "carried", None)
    assert set(entry.public) == {"title", "decision_number", "body", "decided_on"}
    assert entry.public["decided_on"] == str(entry.verified_on) == record["times"]["decided"][:10]
    assert {name: dict(values) for name, values in facets.items() if values} == {
        "kind": {"cooperation_request": 1, "decision": 1},
        "status": {"carried": 1},
        "year": {"2026": 1},
        "language": dict.fromkeys(record["question"], 1),
        "body": {"ceam": 1},
    }
    assert "in_favour" not in stored


def test_only_what_a_body_adopted_outside_an_exercise_stands_there() -> None:
    told = [(o, e) for o in (*Outcome, VOID) for e in (False, True)]
    public = [(o, e) for o, e in told if is_in_catalogue({"outcome": o, "exercise": e})]
    assert public == [(Outcome.CARRIED, False)]


def test_an_entry_changes_with_the_state_of_its_case(story: Story) -> None:
    story.after("decide")
    with story.services.uow.read() as connection:
        before = get_entry(connection, story.ref)
    story.after("close")
    with story.services.uow.read() as connection:
        statuses = dict(search_entries(connection, SearchQuery()).facets["status"])
        after = get_entry(connection, story.ref)
        found = search_entries(connection, SearchQuery("procedimiento", {"status": ["closed"]}))
    assert statuses == {"funded": 1, "closed": 1, "carried": 2}
    assert after.changed_at > before.changed_at
    assert [entry.ref for entry in found.entries] == [story.ref]  # by the words of its results


def test_a_rebuild_changes_nothing_that_the_acts_have_kept(story: Story) -> None:
    for last in ("submit", "decide", "pay_tranche", "close"):
        story.after(last)
    before = content(story)
    with story.services.uow.begin(SYSTEM) as tx:
        assert list(rebuild_catalogue(tx, story.services)) == [
            *(f"RICOMI-2026-000{n}" for n in (1, 2, 3, 4)),
            *(f"RICOMI-2026-000{n}.1" for n in (2, 3, 4)),
        ]
    assert content(story) == before
    assert differing(story) == []


_CASE = catalogue_entry.c.kind == KIND


def _retitle(connection: Connection) -> None:
    connection.execute(update(catalogue_entry).where(_CASE).values(title={"es": "Otro"}))


def _take_away(connection: Connection) -> None:
    connection.execute(delete(catalogue_entry).where(~_CASE))


def _regroup(connection: Connection) -> None:
    topic = catalogue_facet.c.facet == "topic"
    connection.execute(update(catalogue_facet).where(topic).values(value="human_rights"))


def _reword(connection: Connection) -> None:
    connection.execute(update(catalogue_entry).where(~_CASE).values(words="casino"))


def _invent(connection: Connection) -> None:
    row = dict(connection.execute(select(catalogue_entry).where(~_CASE)).one()._mapping)
    invented = row | {"entry_id": 7, "ref": "RICOMI-2026-9999"}
    connection.execute(insert(catalogue_entry).values(invented))


def _group_nothing(connection: Connection) -> None:
    row = {"facet": "topic", "value": "human_rights", "entry_id": 7}
    connection.execute(insert(catalogue_facet).values(row))


def _hide(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":  # where words are kept twice
        connection.execute(text("DELETE FROM catalogue_search"))
    else:
        connection.execute(update(catalogue_entry).values(words=" "))


@pytest.mark.parametrize(
    ("tamper", "ref"),
    [
        (_group_nothing, "7"),
        (_retitle, "RICOMI-2026-0001"),
        (_take_away, "RICOMI-2026-0001.1"),
        (_regroup, "RICOMI-2026-0001"),
        (_reword, "RICOMI-2026-0001.1"),
        (_invent, "RICOMI-2026-9999"),
    ],
)
def test_a_check_finds_what_was_tampered_with_and_a_rebuild_mends_it(
    story: Story, tamper: Callable[[Connection], None], ref: str
) -> None:
    story.after("decide")
    before = content(story)
    with story.engine.begin() as connection:
        tamper(connection)
    assert differing(story) == [ref]
    with story.engine.begin() as connection:
        _hide(connection)
    assert set(differing(story)) == {ref, "RICOMI-2026-0001", "RICOMI-2026-0001.1"}
    with story.services.uow.begin(SYSTEM) as tx:
        list(rebuild_catalogue(tx, story.services))
    assert differing(story) == []
    assert content(story) == before
    with story.services.uow.read() as connection:
        assert search_entries(connection, SearchQuery("registro")).total == 2
        assert search_entries(connection, SearchQuery("casino")).total == 0


def test_the_index_holds_the_words_of_the_entries_and_no_others(sqlite_engine: Engine) -> None:
    story = Story(sqlite_engine)
    story.fill_the_fund()
    story.after("close")
    with story.services.uow.read() as connection:
        indexed = connection.execute(text("SELECT rowid, words FROM catalogue_search")).all()
        kept = connection.execute(select(catalogue_entry.c.entry_id, catalogue_entry.c.words)).all()
    assert sorted(indexed) == sorted(kept)
