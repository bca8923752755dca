"""Money that arrives or is exchanged, said back with what it will do to the books, and recorded.

What is said comes from the same plan as what is done.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ricomi_workflow.contributions.currency_exchange import Sale, book_of, convert, held_in
from ricomi_workflow.contributions.indirect_costs import rate_shown, shipped
from ricomi_workflow.contributions.queries import get_contribution, get_receipt, to_receive
from ricomi_workflow.contributions.receipts import (
    Arrived,
    Plan,
    plan,
    receive,
    receive_from,
    take_back,
)
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.localization import formats
from ricomi_workflow.web.components import Facts
from ricomi_workflow.web.contributions import contribution_forms as forms
from ricomi_workflow.web.fund.treasury_forms import Filled
from ricomi_workflow.web.fund.treasury_view import source_words
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.messages import donor_name

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Said:
    """An act said back: the words that count, the figures of its sentences, what it will do."""

    said: str
    params: Mapping[str, object]
    effects: Facts = ()


def money(amount: Money) -> str:
    """An amount with its currency."""
    return formats.money_text(amount, language())


def own_amount(connection: Connection, ref: str, sent: Filled, name: str = "amount") -> Money:
    """An amount in the currency of the pledge `ref`."""
    currency = get_contribution(connection, ref).pledged.currency
    return Money.parse(str(sent.values[name]), currency)


def _arrived(sent: Filled) -> Arrived:
    return Arrived(
        forms.amount_of(sent),
        sent.day("received_on"),
        sent.text("bank_reference"),
        forms.rate_of(sent),
    )


def _credited(connection: Connection, ref: str, sent: Filled) -> Money | None:
    return own_amount(connection, ref, sent, "credited") if sent.values.get("credited") else None


def _said_plan(made: Plan, donor: str) -> Said:
    arrived = made.arrived
    params = {
        "donor": donor_name(donor),
        "bank": arrived.bank_reference,
        "day": arrived.received_on,
        "amount": arrived.amount,
    }
    effects: list[tuple[str, str]] = []
    if made.value != arrived.amount:
        effects.append((t("contributions.value"), money(made.value)))
    for each in made.parts:
        left = each.contribution.outstanding - each.part.credited
        key = "part_earmarked" if each.contribution.earmarked else "part_pooled"
        effects.append(
            (
                each.contribution.ref,
                t(
                    f"contributions.{key}",
                    amount=each.part.amount,
                    net=each.net,
                    icr=each.icr,
                    rate=rate_shown(each.icr_rate, language()),
                    left=left,
                    source=source_words(each.contribution.donor_class),
                ),
            )
        )
    return Said(money(arrived.amount), params, tuple(effects))


def say_receipt(connection: Connection, ref: str, sent: Filled) -> Said:
    """Money for one promise, said back."""
    credited = _credited(connection, ref, sent)
    made = plan(connection, shipped(), _arrived(sent), to=ref, credited=credited)
    return _said_plan(made, made.parts[0].contribution.donor)


def write_receipt(tx: Tx, ref: str, sent: Filled) -> str:
    """Record it; answer its reference."""
    came = _arrived(sent)
    return receive(
        tx,
        ref,
        came.amount,
        bank_reference=came.bank_reference,
        received_on=came.received_on,
        icr=shipped(),
        rate=came.rate,
        credited=_credited(tx.connection, ref, sent),
    )


def say_donor_receipt(connection: Connection, _ref: str, sent: Filled) -> Said:
    """Money of a donor for its promises, said back."""
    donor = sent.text("donor")
    return _said_plan(plan(connection, shipped(), _arrived(sent), donor=donor), donor)


def write_donor_receipt(tx: Tx, _ref: str, sent: Filled) -> str:
    """Record it; answer its reference."""
    return receive_from(tx, sent.text("donor"), _arrived(sent), icr=shipped())


def donors_with_promises(connection: Connection) -> list[str]:
    """Those from whom something is still to come."""
    return list(dict.fromkeys(each.donor for each in to_receive(connection, limit=1000)))


def say_take_back(connection: Connection, ref: str, _sent: Filled) -> Said:
    """A receipt that is taken back, said back."""
    found = get_receipt(connection, ref)
    params = {
        "ref": ref,
        "donor": donor_name(found.donor),
        "day": found.received_on,
        "amount": found.amount,
    }
    return Said(money(found.amount), params)


def write_take_back(tx: Tx, ref: str, sent: Filled) -> str:
    """Take it back; answer its reference."""
    take_back(tx, ref, reason=sent.text("reason"))
    return ref


def _sale(sent: Filled) -> Sale:
    bought = Money.parse(str(sent.values["bought"]))
    return Sale(
        forms.amount_of(sent, "sold"), bought, sent.day("converted_on"), sent.text("bank_reference")
    )


def say_conversion(connection: Connection, _ref: str, sent: Filled) -> Said:
    """An exchange, said back with what it gains or loses."""
    sale = _sale(sent)
    book = book_of(sale, held_in(connection, sale.sold.currency))
    gain = sale.bought - book
    effect = "contributions.gain" if gain.minor >= 0 else "contributions.loss"
    effects = (
        (t("contributions.book_value"), money(book)),
        (t(effect), money(gain if gain.minor >= 0 else -gain)),
    )
    params = {"bought": sale.bought, "bank": sale.bank_reference, "day": sale.on}
    return Said(money(sale.sold), params, effects)


def write_conversion(tx: Tx, _ref: str, sent: Filled) -> str:
    """Record it; answer the reference of the bank."""
    convert(tx, _sale(sent))
    return sent.text("bank_reference")
