"""Drafts that several people share: by field, with who wrote, and without losing anything."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from ricomi_workflow.cases.commands import lock
from ricomi_workflow.cases.composite_answers import value_tag
from ricomi_workflow.cases.drafts import (
    contributors,
    delete_expired_presence,
    get_draft,
    list_other_writers,
    merge,
    renew_presence,
    save_draft,
    save_fields,
)
from ricomi_workflow.cases.models import draft_contributor, draft_field, draft_presence
from ricomi_workflow.db.driver import Cursor
from ricomi_workflow.definitions.model import FormDef
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import Forbidden
from tests.support import papers
from tests.support.story import APPLICANT, INSTITUTION, SECRETARIAT, Story, answer_of


def request(story: Story) -> FormDef:
    """The form that opens a case."""
    return story.services.library.forms[story.services.process(story.case()).workflow.form]


def save(story: Story, office: str, **values: Json) -> int:
    """Let somebody save fields of the request."""
    with story.act(office) as tx:
        case = lock(tx, story.services, story.ref)
        return save_fields(tx, story.services, case, request(story), values)


def values(story: Story) -> dict[str, Json]:
    """What the draft holds."""
    with story.services.uow.read() as connection:
        return get_draft(connection, story.case().id, "request").values


def test_fields_of_two_people_stand_side_by_side(story: Story) -> None:
    story.open()
    save(story, INSTITUTION, months=6)
    save(story, APPLICANT, contact="Ana")
    assert values(story) == {"months": 6, "contact": "Ana"}


def test_the_same_answer_again_writes_nothing(story: Story) -> None:
    story.open()
    assert save(story, APPLICANT, months=6) == 1
    assert save(story, INSTITUTION, months=6) == 1
    with story.services.uow.read() as connection:
        assert contributors(connection, story.case().id, "request") == [
            story.people[APPLICANT].user_id
        ]


def test_an_emptied_field_is_empty_and_counts_as_a_change(story: Story) -> None:
    story.open()
    save(story, APPLICANT, months=6, contact="Ana")
    assert save(story, APPLICANT, months=None) == 3
    assert values(story) == {"contact": "Ana"}


def test_languages_keep_their_order(story: Story) -> None:
    story.open()
    save(story, APPLICANT, title={"pt": "Pedido", "es": "Pedido"})
    title = values(story)["title"]
    assert isinstance(title, dict)
    assert list(title) == ["pt", "es"]


@pytest.mark.parametrize(
    ("stands", "sent", "began", "changed", "taken"),
    [
        ("a", "b", "a", {"f": "b"}, ()),  # nobody else saved: mine
        ("b", "a", "a", {}, ()),  # I changed nothing: theirs stays
        ("b", "b", "a", {}, ()),  # both wrote the same
        ("b", "c", "a", {}, ("f",)),  # both changed it: asked
        (None, "c", "a", {}, ("f",)),  # they emptied it, I changed it: asked
        ("b", None, "a", {}, ("f",)),  # they changed it, I emptied it: asked
        (None, "c", None, {"f": "c"}, ()),  # nothing stood there
        ("a", None, "a", {"f": None}, ()),  # I emptied it
    ],
)
def test_two_answers_meet_by_field(
    stands: Json, sent: Json, began: Json, changed: dict[str, Json], taken: tuple[str, ...]
) -> None:
    draft = {} if stands is None else {"f": stands}
    merged = merge(draft, {"f": sent}, {"f": value_tag(began)})
    assert (merged.changed, merged.taken) == (changed, taken)


def test_a_writer_of_whom_nothing_is_known_saves_what_is_sent() -> None:
    assert merge({"f": "a"}, {"f": "b"}, {}).changed == {"f": "b"}


def test_saving_one_field_is_one_indexed_write(story: Story) -> None:
    story.open()
    save(story, APPLICANT, months=6)
    with story.act(APPLICANT) as tx:
        case = lock(tx, story.services, story.ref)
        counted = Counting(tx.driver.cursor)
        tx.driver.cursor = counted
        save_fields(tx, story.services, case, request(story), {"months": 7})
        tx.flush()
        tx.driver.cursor = counted.cursor
    writes = [s for s in counted.statements if s.startswith(("INSERT", "UPDATE", "WITH"))]
    assert len(writes) == 1
    assert writes[0].startswith("INSERT INTO draft_field")


class Counting:
    """A cursor that remembers what it is asked."""

    def __init__(self, cursor: Cursor) -> None:
        self.cursor = cursor
        self.statements: list[str] = []

    def execute(self, statement: str, parameters: Sequence[object] = (), /) -> object:
        """Remember and do."""
        self.statements.append(statement)
        return self.cursor.execute(statement, parameters)

    def executemany(self, statement: str, rows: Sequence[Sequence[object]], /) -> object:
        """Remember and do."""
        self.statements.append(statement)
        return self.cursor.executemany(statement, rows)

    def fetchall(self) -> Sequence[Sequence[object]]:
        """The rows of the last statement."""
        return self.cursor.fetchall()


def test_who_wrote_in_a_draft_stands_in_the_trail_when_it_is_handed_in(story: Story) -> None:
    story.open()
    whole = papers.request(story.today)
    with story.act(INSTITUTION) as tx:
        save_draft(tx, story.services, lock(tx, story.services, story.ref), request(story), whole)
    save(story, APPLICANT, contact="Otra oficina")
    story.do(APPLICANT, "submit")
    wrote = sorted(story.people[office].user_id or 0 for office in (INSTITUTION, APPLICANT))
    assert story.entries()[-1].detail["contributors"] == wrote
    with story.services.uow.read() as connection:
        assert connection.execute(select(draft_field)).all() == []
        assert connection.execute(select(draft_contributor)).all() == []
    assert not story.faults()


def test_who_hands_in_a_form_as_a_whole_wrote_it(story: Story) -> None:
    story.open()
    story.do(APPLICANT, "submit", papers.request(story.today))
    assert story.entries()[-1].detail["contributors"] == [story.people[APPLICANT].user_id]


def test_a_draft_is_saved_by_those_who_may_fill_it_in(story: Story) -> None:
    story.open()
    assert isinstance(answer_of(lambda: save(story, SECRETARIAT, months=6)), Exception)
    story.do(APPLICANT, "submit", papers.request(story.today))
    assert isinstance(answer_of(lambda: save(story, APPLICANT, months=6)), Forbidden)


def test_a_crash_in_the_middle_of_a_save_leaves_the_draft_as_it_was(story: Story) -> None:
    story.open()
    save(story, APPLICANT, months=6, contact="Ana")
    _break_contributors(story)
    with pytest.raises(Exception, match="crash"):
        save(story, INSTITUTION, months=9, contact="Juan")
    assert values(story) == {"months": 6, "contact": "Ana"}


def _break_contributors(story: Story) -> None:
    """Let the database fail at the second statement of a saving."""
    sqlite = story.services.uow.engine.dialect.name == "sqlite"
    with story.services.uow.engine.begin() as connection:
        if sqlite:
            connection.execute(
                text(
                    "CREATE TRIGGER crash BEFORE INSERT ON draft_contributor"
                    " BEGIN SELECT RAISE(ABORT, 'crash'); END"
                )
            )
            return
        connection.execute(
            text(
                "CREATE FUNCTION crash() RETURNS trigger LANGUAGE plpgsql AS"
                " $$ BEGIN RAISE EXCEPTION 'crash'; END $$"
            )
        )
        connection.execute(
            text(
                "CREATE TRIGGER crash BEFORE INSERT ON draft_contributor"
                " FOR EACH ROW EXECUTE FUNCTION crash()"
            )
        )


def test_who_is_at_work_is_seen_for_the_length_of_a_lease(story: Story) -> None:
    story.open()
    with story.act(INSTITUTION) as tx:
        renew_presence(tx, story.case(), "request", "money")
        began = tx.now
    assert _present(story) == [("money", began)]
    with story.act(INSTITUTION) as tx:  # a minute later, when the lease has just not ended
        renew_presence(tx, story.case(), "request", "money")
    assert _present(story) == [("money", began)]  # the same stay
    story.clock.advance(_seconds(61))
    assert _present(story) == []
    with story.act(APPLICANT) as tx:
        delete_expired_presence(tx)
    with story.services.uow.read() as connection:
        assert connection.execute(select(draft_presence)).all() == []


def _present(story: Story) -> list[tuple[str, object]]:
    with story.services.uow.read() as connection:
        found = list_other_writers(
            connection,
            story.case().id,
            "request",
            now=story.clock.now(),
            but=story.people[APPLICANT].user_id,
        )
    assert all(each.name.startswith("Holder of") for each in found)
    return [(each.section, each.since) for each in found]


def _seconds(n: int) -> timedelta:
    return timedelta(seconds=n)
