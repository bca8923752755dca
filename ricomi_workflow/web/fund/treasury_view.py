"""The desk of the fund: what waits to be certified, paid, called, chased, and what is available."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from flask import url_for

from ricomi_workflow.fund.queries import available_by_source
from ricomi_workflow.kernel.actors import Actor, Role
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.kernel.money import Money, total
from ricomi_workflow.ledger.periods import list_pending_periods
from ricomi_workflow.statements.treasury_worklist import WorkQueue, list_work, list_worklists
from ricomi_workflow.statements.treasury_worklist_parts import WorkKind
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.fund.labels import source_words
from ricomi_workflow.web.fund.treasury_lists import (
    SHOWN,
    DeskList,
    advances_list,
    expiring_list,
    periods_list,
    queue_list,
)
from ricomi_workflow.web.i18n import t

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Treasury:
    """Everything that the template of the desk draws."""

    lead: str
    lists: tuple[DeskList, ...]  # in the order of their keys, the empty ones among them
    available: tuple[tuple[str, Money], ...]
    available_total: Money
    records: bool  # whether the reader may record pledges and receipts


@dataclass(frozen=True, slots=True)
class WaitingPage:
    """A page of one list."""

    list: DeskList
    more_href: str
    first_href: str  # empty on the first page


def treasury(connection: Connection, reader: Actor) -> Treasury:
    """The desk for `reader`; the number of queries does not depend on how much there is."""
    today = _today()
    there = available_by_source(connection)
    queues = list_worklists(connection, SHOWN)
    lists = {wait: queue_list(wait, queues[wait], reader, today) for wait in WorkKind}
    return Treasury(
        lead=_lead(reader, queues),
        lists=(
            *(lists[wait] for wait in WorkKind if wait is not WorkKind.MATCH),
            advances_list(connection, today),
            expiring_list(connection, today),
            lists[WorkKind.MATCH],
            periods_list(list_pending_periods(connection, today), reader),
        ),
        available=tuple((source_words(source), amount) for source, amount in there.items()),
        available_total=total(there.values()),
        records=reader.has(Role.FUND_ADMINISTRATOR),
    )


def waiting_page(connection: Connection, reader: Actor, name: str, after: str) -> WaitingPage:
    """One list, fifty at a time. Raises `NotFound`."""
    if name not in set(WorkKind):
        raise NotFound("page", name)
    queue = list_work(connection, WorkKind(name), after=after)
    return WaitingPage(
        list=queue_list(WorkKind(name), queue, reader, _today()),
        more_href=url_for("fund.waiting", name=name, after=queue.after) if queue.after else "",
        first_href=url_for("fund.waiting", name=name) if after else "",
    )


def _lead(reader: Actor, queues: dict[WorkKind, WorkQueue]) -> str:
    certify, pay = queues[WorkKind.CERTIFY].count, queues[WorkKind.PAY].count
    told = []
    if certify and reader.has(Role.CERTIFYING_OFFICER):
        told.append(t("treasury.lead_certify", n=certify))
    if pay and reader.has(Role.FUND_ADMINISTRATOR):
        told.append(t("treasury.lead_pay", n=pay))
    return " ".join(told) or t("treasury.lead")


def _today() -> date:
    return services().calendar.local_day(services().uow.clock.now())
