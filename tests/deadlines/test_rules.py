from datetime import UTC, date, datetime

from ricomi_workflow.deadlines.rules import Kind, instants
from ricomi_workflow.definitions.model import Deadline
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.calendar import BusinessCalendar

MONDAY = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
OFFICE = BusinessCalendar(holidays=frozenset({date(2026, 3, 9)}))


def test_a_term_has_reminders_an_end_and_an_escalation() -> None:
    term = Deadline(5, (2, 1), "lapse", (Role.CHAIR,))
    found = [(i.kind, i.at, i.then) for i in instants(term, MONDAY, OFFICE)]
    assert found == [
        # Monday 9 March is a holiday, summer time begins on Sunday 8 March: 17:00 is 21:00 UTC
        (Kind.REMIND, datetime(2026, 3, 5, 22, 0, tzinfo=UTC), None),
        (Kind.REMIND, datetime(2026, 3, 6, 22, 0, tzinfo=UTC), None),
        (Kind.DUE, datetime(2026, 3, 10, 21, 0, tzinfo=UTC), "lapse"),
        (Kind.ESCALATE, datetime(2026, 3, 11, 21, 0, tzinfo=UTC), None),
    ]


def test_an_instant_keeps_the_rule_it_comes_from() -> None:
    (due,) = instants(Deadline(1), MONDAY, OFFICE)
    assert due.rule == {
        "business_days": 1,
        "from": "2026-03-02T15:00:00.000000Z",
        "zone": "America/New_York",
        "due": "2026-03-03T22:00:00.000000Z",
    }


def test_a_reminder_before_the_start_is_left_out() -> None:
    late = datetime(2026, 3, 2, 23, 0, tzinfo=UTC)  # after the office closed
    found = [i.kind for i in instants(Deadline(2, (5, 2, 1)), late, OFFICE)]
    assert found == [Kind.REMIND, Kind.DUE]
