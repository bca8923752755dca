"""The calendar of a body kept: its officers and the Secretariat are told, once a year and item."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from ricomi_workflow.cases.act import Services
from ricomi_workflow.committees.models import calendar_reminder
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.identity.queries import list_holders
from ricomi_workflow.kernel.actors import SYSTEM
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import Conflict
from ricomi_workflow.messaging.commands import enqueue
from ricomi_workflow.reference_data.committee_year import Occurrence, YearItem, year_of

if TYPE_CHECKING:
    from ricomi_workflow.reference_data.model import Body


def send_calendar_reminders(services: Services) -> int:
    """Tell what the calendar of each body brings; answer how many items were told.

    Each item is told in an act of its own. The row that says so and the messages are committed
    together, and a second row of the year is refused: nobody is told twice, whoever runs at once.
    """
    today = services.calendar.local_day(services.uow.clock.now())
    told = 0
    for body in services.reference.bodies.values():
        for item in year_of(body.id):
            occurrence = item.due(today)
            if occurrence is not None:
                told += _keep(services, body, item, occurrence)
    return told


def _keep(services: Services, body: Body, item: YearItem, occurrence: Occurrence) -> bool:
    try:
        with services.uow.begin(SYSTEM) as tx:
            if _is_told(tx, item, occurrence):
                return False
            _tell(tx, services, body, item, occurrence)
    except Conflict:  # another worker was first
        return False
    return True


def _is_told(tx: Tx, item: YearItem, occurrence: Occurrence) -> bool:
    key = (item.body, item.id, occurrence.year)
    columns = calendar_reminder.c
    known = select(columns.at).where(
        columns.body == key[0], columns.item == key[1], columns.year == key[2]
    )
    return tx.connection.execute(known).first() is not None


def _tell(tx: Tx, services: Services, body: Body, item: YearItem, occurrence: Occurrence) -> None:
    today = services.calendar.local_day(tx.now)
    params: dict[str, Json] = {
        "item": item.label.as_dict(),
        "body": body.name_on(today).name.as_dict(),
        "first": occurrence.first.isoformat(),
        "last": occurrence.last.isoformat(),
        "page": f"bodies/{body.id}",
    }
    told = list_holders(tx.driver, today, [(role, None) for role in item.tell])
    sent = enqueue(tx, "calendar_item", told, params=params)
    row = {"body": body.id, "item": item.id, "year": occurrence.year, "at": tx.now, "told": sent}
    tx.insert(calendar_reminder, row)
