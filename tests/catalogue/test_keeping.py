"""The catalogue follows the cases: entries appear, change, go; what was tampered with is found."""

from collections.abc import Callable, Iterable

import pytest
from sqlalchemy import Connection, Engine, delete, insert, select, text, update

from ricomi_workflow.catalogue.commands import differences, rebuild
from ricomi_workflow.catalogue.models import catalogue_entry, catalogue_facet
from ricomi_workflow.catalogue.queries import Filters, count, get_entry, latest, search
from ricomi_workflow.kernel.actors import SYSTEM
from ricomi_workflow.kernel.errors import NotFound
from tests.support.story import APPLICANT, Story


def differing(story: Story) -> list[str]:
    with story.services.uow.read() as connection:
        return [ref for ref, differs in differences(connection, story.services) if differs]


def content(story: Story) -> list[Iterable[object]]:
    with story.services.uow.read() as connection:
        return [
            list(connection.execute(select(table).order_by(*table.primary_key.columns)))
            for table in (catalogue_entry, catalogue_facet)
        ]


def test_a_withdrawn_entry_leaves_nothing_to_be_found(story: Story) -> None:
    ref = story.after("decide")
    with story.services.uow.read() as connection:
        assert search(connection, Filters("registro")).total == 1
    story.do(APPLICANT, "withdraw", reason="Other plans.")
    with story.services.uow.read() as connection:
        gone = search(connection, Filters("registro"))
        assert (gone.total, gone.entries, count(connection), latest(connection, 9)) == (
            0,
            (),
            0,
            [],
        )
        assert not any(gone.facets.values())
        with pytest.raises(NotFound):
            get_entry(connection, ref)
        assert connection.execute(select(catalogue_facet)).all() == []


def test_an_entry_changes_with_the_state_of_its_case(story: Story) -> None:
    story.after("decide")
    with story.services.uow.read() as connection:
        before = get_entry(connection, story.ref)
    story.after("close")
    with story.services.uow.read() as connection:
        statuses = dict(search(connection, Filters()).facets["status"])
        after = get_entry(connection, story.ref)
        found = search(connection, Filters("procedimiento", {"status": ["closed"]}))
    assert statuses == {"funded": 1, "closed": 1}
    assert after.changed_at > before.changed_at
    assert [entry.ref for entry in found.entries] == [story.ref]  # by the words of its results


def test_a_rebuild_changes_nothing_that_the_acts_have_kept(story: Story) -> None:
    for last in ("submit", "decide", "pay_tranche", "close"):
        story.after(last)
    before = content(story)
    with story.services.uow.begin(SYSTEM) as tx:
        assert list(rebuild(tx, story.services)) == [f"RICOMI-2026-000{n}" for n in (1, 2, 3, 4)]
    assert content(story) == before
    assert differing(story) == []


def _retitle(connection: Connection) -> None:
    connection.execute(update(catalogue_entry).values(title={"es": "Otro"}))


def _take_away(connection: Connection) -> None:
    connection.execute(delete(catalogue_entry))


def _regroup(connection: Connection) -> None:
    topic = catalogue_facet.c.facet == "topic"
    connection.execute(update(catalogue_facet).where(topic).values(value="human_rights"))


def _reword(connection: Connection) -> None:
    connection.execute(update(catalogue_entry).values(words="casino"))


def _invent(connection: Connection) -> None:
    row = dict(connection.execute(select(catalogue_entry)).one()._mapping)
    invented = row | {"entry_id": 7, "ref": "RICOMI-2026-9999"}
    connection.execute(insert(catalogue_entry).values(invented))


@pytest.mark.parametrize(
    ("tamper", "ref"),
    [
        (_retitle, "RICOMI-2026-0001"),
        (_take_away, "RICOMI-2026-0001"),
        (_regroup, "RICOMI-2026-0001"),
        (_reword, "RICOMI-2026-0001"),
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
    with story.services.uow.begin(SYSTEM) as tx:
        list(rebuild(tx, story.services))
    assert differing(story) == []
    assert content(story) == before
    with story.services.uow.read() as connection:
        assert search(connection, Filters("registro")).total == 1
        assert search(connection, Filters("casino")).total == 0


def test_the_index_holds_the_words_of_the_entries_and_no_others(sqlite_engine: Engine) -> None:
    story = Story(sqlite_engine)
    story.fill_the_fund()
    story.after("close")
    with story.services.uow.read() as connection:
        indexed = connection.execute(text("SELECT rowid, words FROM catalogue_search")).all()
        kept = connection.execute(select(catalogue_entry.c.entry_id, catalogue_entry.c.words)).all()
    assert indexed == kept
