"""The year of the committee: read from data, told once a year and item, by whoever runs first."""

from datetime import date, timedelta
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import Engine, select

from ricomi_workflow.committees.commands import send_calendar_reminders
from ricomi_workflow.committees.models import calendar_reminder
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.clock import FrozenClock
from ricomi_workflow.kernel.errors import DefinitionError
from ricomi_workflow.messaging.models import message
from ricomi_workflow.reference_data.calendars import list_items, read_items
from tests.support.product import person, product


def told(engine: Engine) -> list[str]:
    """What was told to whom, in order."""
    with engine.connect() as connection:
        rows = connection.execute(select(message.c.params).order_by(message.c.id)).scalars()
        return [f"{row['item']['en'].split(',')[0]} {row['first']}" for row in rows]


def test_the_year_goes_from_installation_to_the_assembly() -> None:
    year = list_items("ceam")
    assert [item.id for item in year] == [
        "installation",
        "officers_and_plan",
        "sessions",
        "chair_report",
        "assembly",
    ]
    assert not any(item.confirmed for item in year)
    sessions = next(item for item in year if item.id == "sessions").in_year(2026)
    assert (sessions.first, sessions.last) == (date(2026, 9, 1), date(2027, 5, 31))


@pytest.mark.parametrize(
    ("day", "due"),
    [
        (date(2026, 8, 14), set()),
        (date(2026, 8, 15), {"officers_and_plan"}),
        (date(2026, 9, 1), {"officers_and_plan", "sessions"}),
        (date(2027, 1, 5), {"sessions"}),
        (date(2027, 5, 15), {"sessions", "chair_report", "assembly"}),
        (date(2027, 6, 15), {"assembly", "installation"}),
    ],
)
def test_an_item_is_due_from_its_reminder_to_its_last_day(day: date, due: set[str]) -> None:
    assert {item.id for item in list_items("ceam") if item.due(day)} == due


def test_a_wrong_calendar_names_every_mistake(tmp_path: Path) -> None:
    file = tmp_path / "committee_year.yaml"
    row = "{id: a, body: ceam, from: 02-29, to: soon, remind: 13-01, tell: [nobody], source: x,"
    label = " confirmed: false, label: {es: a, en: a, pt: a, fr: a}}"
    file.write_text(f"items:\n  - {row}{label}\n", encoding="utf-8")
    with pytest.raises(DefinitionError) as error:
        read_items(tmp_path)
    assert {m.path.rpartition(".")[2].partition("[")[0] for m in error.value.mistakes} >= {
        "from",
        "to",
        "remind",
    }
    assert len(error.value.mistakes) == 4


def test_each_item_is_told_once_a_year_to_the_secretariat_and_the_officers(engine: Engine) -> None:
    services = product(engine)  # the fourteenth of September
    clock = services.uow.clock
    assert isinstance(clock, FrozenClock)
    for role in (Role.SECRETARIAT, Role.CHAIR, Role.RAPPORTEUR, Role.AUDITOR):
        person(services, role)
    assert send_calendar_reminders(services) == 2
    assert send_calendar_reminders(services) == 0
    first = "First meeting 2026-09-01"
    assert told(engine) == [first, first, first, *["Period of meetings 2026-09-01"] * 3]
    clock.advance(timedelta(days=365))
    assert send_calendar_reminders(services) == 2
    assert told(engine)[6:] == [
        *["First meeting 2027-09-01"] * 3,
        *["Period of meetings 2027-09-01"] * 3,
    ]
    with engine.connect() as connection:
        years = connection.execute(
            select(calendar_reminder.c.year).where(calendar_reminder.c.item == "sessions")
        )
        assert sorted(years.scalars()) == [2026, 2027]


def test_two_workers_at_once_tell_it_once(engine: Engine) -> None:
    services = product(engine)
    person(services, Role.SECRETARIAT)
    done: list[int] = []
    workers = [
        Thread(target=lambda: done.append(send_calendar_reminders(services))) for _ in range(4)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    send_calendar_reminders(
        services
    )  # whoever found the database busy tries again at the next beat
    assert len(done) == 4
    assert sorted(told(engine)) == ["First meeting 2026-09-01", "Period of meetings 2026-09-01"]
