"""What the fund spends itself: the forms of its two steps, how they are said back, the list."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flask import url_for

from ricomi_workflow.contributions.input_checks import LONGEST
from ricomi_workflow.definitions.model import FieldType, FormDef, Option, Section
from ricomi_workflow.fund.expense_categories import categories
from ricomi_workflow.fund.operating_expense_commands import OFFICES, Spending
from ricomi_workflow.fund.operating_expenses import PAGE, Prepared, get_spending, list_spendings
from ricomi_workflow.identity.queries import get_names
from ricomi_workflow.kernel.actors import Actor
from ricomi_workflow.kernel.errors import DomainError
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.kernel.text import LANGUAGES, LocalizedText
from ricomi_workflow.localization import formats
from ricomi_workflow.statements.labels import Wording
from ricomi_workflow.statements.ledger_facts import donors_of, money_available
from ricomi_workflow.web.case_labels import local_day
from ricomi_workflow.web.components import Confirmation, Facts
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.fund.treasury_confirmation import RecordPage, record_page
from ricomi_workflow.web.fund.treasury_forms import Filled, desk_field, words
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.plain_forms import done

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from sqlalchemy import Connection

_OWN = "spending"  # the texts of these forms


@dataclass(frozen=True, slots=True)
class SpendingRow:
    """One payment of the fund itself in the list."""

    ref: str
    what: str
    document: str
    amount: Money
    state: str  # "waiting", "paid", "dropped"
    day: date
    href: str


@dataclass(frozen=True, slots=True)
class SpendingList:
    """A page of them, the newest first."""

    rows: tuple[SpendingRow, ...]
    older_href: str
    prepares: bool  # whether the reader may prepare one


@dataclass(frozen=True, slots=True)
class SpendingOne:
    """One of them, and what the reader may do with it."""

    ref: str
    state: str
    facts: Facts
    reason: str  # why it was given up
    drops: bool
    pays: bool
    own: bool  # the reader prepared it, and so somebody else pays
    done: str


def spending_form(connection: Connection) -> FormDef:
    """A payment of the fund itself: for what, from which money, by what it was approved."""
    kinds = tuple(Option(code, label) for code, label in categories().items())
    donors = donors_of(connection)
    sources = tuple(
        Option(
            of, LocalizedText(**{x: Wording(services(), x, donors).source(of) for x in LANGUAGES})
        )
        for of in money_available(connection)
    )
    fields = (
        desk_field("category", FieldType.CHOICE, of=_OWN, options=kinds),
        desk_field("source", FieldType.CHOICE, of=_OWN, options=sources),
        desk_field("amount", FieldType.MONEY, of=_OWN, minimum="0.01"),
        desk_field("document", FieldType.TEXT, of=_OWN, max_length=LONGEST),
    )
    label = words("spending.section")
    return FormDef("spending", 1, label, (Section("spending", label, fields),))


def payment_form() -> FormDef:
    """What the bank shows of a payment that was prepared."""
    fields = (
        desk_field("paid_on", FieldType.DATE, of=_OWN, maximum="today"),
        desk_field("bank_reference", FieldType.TEXT, of=_OWN, max_length=LONGEST),
    )
    label = words("spending.section")
    return FormDef("payment", 1, label, (Section("payment", label, fields),))


def spending_of(sent: Filled) -> Spending:
    """The payment that the form says, once its values are right."""
    return Spending(
        category=sent.text("category"),
        source=sent.text("source"),
        amount=sent.amount(),
        document=sent.text("document"),
    )


def spending_page(
    connection: Connection, sent: Filled, error: DomainError | None = None
) -> RecordPage:
    """A payment that is being prepared."""
    page = record_page(sent, t("spending.title"), url_for("spending.record"), error)
    if not sent.values:
        return page
    return replace(page, oath=_oath(sent, money_available(connection), donors_of(connection)))


def payment_page(
    connection: Connection, ref: str, sent: Filled, error: DomainError | None = None
) -> RecordPage:
    """One that was prepared, while its payment is being recorded. Raises `NotFound`."""
    found, donors = get_spending(connection, ref), donors_of(connection)
    action = url_for("spending.record_payment", ref=ref)
    page = record_page(sent, t("spending.payment"), action, error)
    page = replace(page, facts=_facts(connection, found, donors))
    if not sent.values:
        return page
    left = money_available(connection).get(found.source, Money(0)) - found.amount
    return replace(page, oath=_payment_oath(found, sent, left, donors))


def list_page(connection: Connection, reader: Actor, before: str) -> SpendingList:
    """What was prepared before a reference, the newest first."""
    found, donors = list_spendings(connection, before=before), donors_of(connection)
    more = len(found) == PAGE
    return SpendingList(
        rows=tuple(_row(each, donors) for each in found),
        older_href=url_for("spending.index", before=found[-1].ref) if more else "",
        prepares=reader.has(*OFFICES),
    )


def one_page(connection: Connection, ref: str, reader: Actor) -> SpendingOne:
    """One of them. Raises `NotFound`."""
    found = get_spending(connection, ref)
    acts = found.waits and reader.has(*OFFICES)
    own = found.prepared_by in reader.people
    return SpendingOne(
        ref=ref,
        state=found.ended or "waiting",
        facts=_facts(connection, found, donors_of(connection)),
        reason=found.reason,
        drops=acts,
        pays=acts and not own,
        own=acts and own,
        done=done("prepared", "dropped"),
    )


def _row(found: Prepared, donors: Mapping[str, str]) -> SpendingRow:
    return SpendingRow(
        ref=found.ref,
        what=t("spending.what", category=_category(found.category), source=_of(found, donors)),
        document=found.document,
        amount=found.amount,
        state=found.ended or "waiting",
        day=found.paid_on or local_day(found.ended_at or found.prepared_at),
        href=url_for("spending.one", ref=found.ref),
    )


def _facts(connection: Connection, found: Prepared, donors: Mapping[str, str]) -> Facts:
    lang = language()
    keys = [key for key in (found.prepared_by, found.ended_by) if key]
    names = get_names(connection, keys)
    told = [
        ("category", _category(found.category)),
        ("source", _of(found, donors)),
        ("amount", formats.money_text(found.amount, lang)),
        ("document", found.document),
        ("prepared_by", names.get(found.prepared_by, "")),
        ("prepared_on", formats.day(local_day(found.prepared_at), lang)),
    ]
    if found.ended_by:
        told.append((f"{found.ended}_by", names.get(found.ended_by, "")))
    if found.paid_on:
        told.append(("paid_on", formats.day(found.paid_on, lang)))
        told.append(("bank_reference", found.bank_reference))
    return tuple((t(f"spending.field_{name}"), said) for name, said in told)


def _category(code: str) -> str:
    return categories()[code][language()]


def _of(found: Prepared, donors: Mapping[str, str]) -> str:
    return Wording(services(), language(), donors).source(found.source)


def _oath(sent: Filled, there: Mapping[str, Money], donors: Mapping[str, str]) -> Confirmation:
    said, lang = spending_of(sent), language()
    amount = formats.money_text(said.amount, lang)
    left = there.get(said.source, Money(0))
    return Confirmation(
        opening=t("spending.prepare_opening"),
        said=amount,
        closing=t(
            "spending.prepare_closing",
            category=_category(said.category),
            source=Wording(services(), lang, donors).source(said.source),
            document=said.document,
        ),
        recorded=t("spending.prepare_recorded"),
        change=t("spending.prepare_change", left=formats.money_text(left, lang)),
        button=t("spending.prepare_button", amount=amount),
        back=t("ballot.back"),
        back_href=url_for("spending.new"),
    )


def _payment_oath(
    found: Prepared, sent: Filled, left: Money, donors: Mapping[str, str]
) -> Confirmation:
    lang = language()
    amount = formats.money_text(found.amount, lang)
    return Confirmation(
        opening=t("spending.opening"),
        said=amount,
        closing=t(
            "spending.closing",
            category=_category(found.category),
            source=_of(found, donors),
            day=formats.day(sent.day("paid_on"), lang),
            document=found.document,
        ),
        recorded=t("spending.recorded"),
        change=t("spending.change", left=formats.money_text(left, lang)),
        button=t("spending.button", amount=amount),
        back=t("ballot.back"),
        back_href=url_for("spending.payment", ref=found.ref),
    )
