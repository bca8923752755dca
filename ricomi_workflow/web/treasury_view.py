"""The desk of the fund: what waits to be received, certified and paid, and what is available."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from flask import url_for

from ricomi_workflow.bodies import formats
from ricomi_workflow.contributions.queries import Contribution, to_receive
from ricomi_workflow.fund.queries import TrancheStatus, Waiting, list_available, list_open
from ricomi_workflow.kernel.actors import Actor, Role
from ricomi_workflow.kernel.money import Money, total
from ricomi_workflow.ledger.accounts import Source
from ricomi_workflow.ledger.periods import list_asked
from ricomi_workflow.web.case_words import case_title, local_day
from ricomi_workflow.web.components import WorkRow
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.periods_view import period_name
from ricomi_workflow.web.viewer import services
from ricomi_workflow.web.wording import donor_name

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class GiftRow:
    """One contribution: who gives, what was promised, what arrived, where a receipt is recorded."""

    ref: str
    donor: str
    source: str
    pledged_on: date
    pledged: Money
    received: Money
    outstanding: Money
    illustrative: bool
    href: str


@dataclass(frozen=True, slots=True)
class Treasury:
    """Everything that the template of the desk draws."""

    lead: str
    certify: tuple[WorkRow, ...]
    pay: tuple[WorkRow, ...]
    available: tuple[tuple[str, Money], ...]
    available_total: Money
    gifts: tuple[GiftRow, ...]
    reopening: tuple[tuple[str, str], ...]  # periods that wait for a second person: name, address
    records: bool  # whether the reader may record pledges and receipts


def treasury(connection: Connection, reader: Actor) -> Treasury:
    """The desk for `reader`; the number of queries does not depend on how much there is."""
    records = reader.has(Role.FUND_ADMINISTRATOR)
    there = list_available(connection)
    open_ = list_open(connection)
    certify = [w for w in open_ if w.tranche.status is TrancheStatus.REQUESTED]
    pay = [w for w in open_ if w.tranche.status is TrancheStatus.CERTIFIED]
    return Treasury(
        lead=_lead(reader, _real(certify), _real(pay)),
        certify=tuple(_row(w, "certify_tranche") for w in certify),
        pay=tuple(_row(w, "pay_tranche") for w in pay),
        available=tuple((source_words(source), amount) for source, amount in there.items()),
        available_total=total(there.values()),
        gifts=tuple(_gift(gift, records=records) for gift in to_receive(connection)),
        reopening=tuple(
            (period_name(each), url_for("periods.period", code=each.code))
            for each in list_asked(connection)
        ),
        records=records,
    )


def source_words(source: Source) -> str:
    """A source of money as the beginning of a line."""
    words = t(f"ui.source_{source}")
    return words[:1].upper() + words[1:]


def _row(waiting: Waiting, trigger: str) -> WorkRow:
    """A tranche as a row of work that leads to its case."""
    part = waiting.tranche
    since = local_day(part.requested_at)
    calendar = services().calendar
    today = calendar.local_day(services().uow.clock.now())
    amount = formats.money_text(part.amount, language())
    return WorkRow(
        ref=waiting.case_ref,
        state=formats.country(waiting.country, language()),
        title=case_title(waiting.title),
        href=url_for("cases.case_page", ref=waiting.case_ref),
        what=t(f"treasury.wait_{trigger}", number=part.number, amount=amount, purpose=part.purpose),
        due_note=t("case.tranche_pay_by", day=part.pay_by)
        if part.pay_by
        else t("treasury.waits_since", n=calendar.between(since, today)),
        illustrative=waiting.illustrative,
    )


def _gift(gift: Contribution, *, records: bool) -> GiftRow:
    open_ = records and bool(gift.outstanding)
    return GiftRow(
        ref=gift.ref,
        donor=donor_name(gift.donor),
        source=source_words(gift.donor_class),
        pledged_on=gift.pledged_on,
        pledged=gift.pledged,
        received=gift.received,
        outstanding=gift.outstanding,
        illustrative=gift.illustrative,
        href=url_for("gifts.new_of", ref=gift.ref, act="receipt") if open_ else "",
    )


def _real(waiting: list[Waiting]) -> int:
    """How many wait; play money of exercises is not counted."""
    return sum(not each.exercise for each in waiting)


def _lead(reader: Actor, certify: int, pay: int) -> str:
    told = []
    if certify and reader.has(Role.CERTIFYING_OFFICER):
        told.append(t("treasury.lead_certify", n=certify))
    if pay and reader.has(Role.FUND_ADMINISTRATOR):
        told.append(t("treasury.lead_pay", n=pay))
    return " ".join(told) or t("treasury.lead")
