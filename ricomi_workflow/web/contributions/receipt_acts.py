"""Acts on money of contributions: received, acknowledged, reversed, exchanged, refunded.

What the confirmation states comes from the same plan as what the command does. Whoever prepared
a refund does not pay it: the two acts that end a refund are on pages of their own, which the
certifying office reaches too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ricomi_workflow.contributions.currency_exchange import (
    CurrencySale,
    book_value_of_sale,
    convert_currency,
    get_currency_holding,
)
from ricomi_workflow.contributions.indirect_costs import icr_rates, rate_label
from ricomi_workflow.contributions.receipts import (
    BankCredit,
    ReceiptPlan,
    plan_receipt,
    record_acknowledgement,
    record_donor_receipt,
    record_receipt,
    reverse_receipt,
)
from ricomi_workflow.contributions.refunds import (
    ReturnPayment,
    balance_after_return,
    get_return,
    list_returns,
    pay_return,
    prepare_return,
    require_another_payer,
    require_return_open,
    unspent_balance,
    withdraw_return,
)
from ricomi_workflow.contributions.rows import get_agreement, get_contribution, get_receipt
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.kernel.errors import Refused
from ricomi_workflow.kernel.money import BOOK_CURRENCY, Money
from ricomi_workflow.web.components import Facts
from ricomi_workflow.web.contributions.contribution_acts import facts_of_pledge
from ricomi_workflow.web.contributions.form_values import (
    amount_of_pledge,
    donors_with_pledges,
    lists,
    rate_of,
)
from ricomi_workflow.web.current_user import actor
from ricomi_workflow.web.forms.filled_form import FilledForm
from ricomi_workflow.web.fund.labels import money, source_words
from ricomi_workflow.web.fund.staff_act import Review, StaffAct
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.messages import donor_name

if TYPE_CHECKING:
    from sqlalchemy import Connection


# ---------- receipts


def _arrived(sent: FilledForm) -> BankCredit:
    day, bank = sent.day("received_on"), sent.text("bank_reference")
    return BankCredit(sent.amount(), day, bank, rate_of(sent))


def _credited(connection: Connection, ref: str, sent: FilledForm) -> Money | None:
    """How much of the pledge the donor counts as paid, if the money came in another currency."""
    given = sent.values.get("credited")
    return amount_of_pledge(connection, ref, sent, "credited") if given else None


def _review_plan(made: ReceiptPlan, donor: str) -> Review:
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
        key = "part_earmarked" if each.contribution.earmarked else "part_pooled"
        effect = t(
            f"contributions.{key}",
            amount=each.part.amount,
            net=each.net,
            icr=each.icr,
            rate=rate_label(each.icr_rate, language()),
            left=each.contribution.outstanding - each.part.credited,
            source=source_words(each.contribution.donor_class),
        )
        effects.append((each.contribution.ref, effect))
    return Review(money(arrived.amount), params, tuple(effects))


def _review_receipt(connection: Connection, ref: str, sent: FilledForm) -> Review:
    credited = _credited(connection, ref, sent)
    made = plan_receipt(connection, icr_rates(), _arrived(sent), to=ref, credited=credited)
    return _review_plan(made, made.parts[0].contribution.donor)


def _record_receipt(tx: Tx, ref: str, sent: FilledForm) -> str:
    arrived = _arrived(sent)
    return record_receipt(
        tx,
        ref,
        arrived.amount,
        bank_reference=arrived.bank_reference,
        received_on=arrived.received_on,
        icr=icr_rates(),
        rate=arrived.rate,
        credited=_credited(tx.connection, ref, sent),
    )


def _omitted_of_receipt(connection: Connection, ref: str) -> frozenset[str]:
    """Only a pledge in foreign money asks how it counts what arrived in another currency."""
    is_foreign = get_contribution(connection, ref).pledged.currency != BOOK_CURRENCY
    return frozenset(() if is_foreign else ("credited",))


def _review_donor_receipt(connection: Connection, _ref: str, sent: FilledForm) -> Review:
    donor = sent.text("donor")
    return _review_plan(plan_receipt(connection, icr_rates(), _arrived(sent), donor=donor), donor)


def _review_reversal(connection: Connection, ref: str, _sent: FilledForm) -> Review:
    found = get_receipt(connection, ref)
    params = {"donor": donor_name(found.donor), "day": found.received_on}
    return Review(money(found.amount), params)


def _reverse_receipt(tx: Tx, ref: str, sent: FilledForm) -> str:
    reverse_receipt(tx, ref, reason=sent.text("reason"))
    return ref


def _review_acknowledgement(connection: Connection, ref: str, sent: FilledForm) -> Review:
    found = get_receipt(connection, ref)
    donor, day, to = donor_name(found.donor), sent.day("sent_on"), sent.text("sent_to")
    return Review(money(found.amount), {"donor": donor, "day": day, "to": to})


def _record_acknowledgement(tx: Tx, ref: str, sent: FilledForm) -> str:
    record_acknowledgement(tx, ref, sent_on=sent.day("sent_on"), sent_to=sent.text("sent_to"))
    return ref


def _facts_of_receipt(connection: Connection, ref: str) -> Facts:
    found = get_receipt(connection, ref)
    return (
        (t("contributions.receipt"), f"{found.ref}, {donor_name(found.donor)}"),
        (t("contributions.received"), money(found.amount)),
    )


# ---------- exchanges of currency


def _sale(sent: FilledForm) -> CurrencySale:
    bought, bank = sent.amount("bought", BOOK_CURRENCY), sent.text("bank_reference")
    return CurrencySale(sent.amount("sold"), bought, sent.day("converted_on"), bank)


def _review_exchange(connection: Connection, _ref: str, sent: FilledForm) -> Review:
    """What the exchange gains or loses against the value in the books."""
    sale = _sale(sent)
    book = book_value_of_sale(sale, get_currency_holding(connection, sale.sold.currency))
    gain = sale.bought - book
    effect = "contributions.gain" if gain.minor >= 0 else "contributions.loss"
    effects = (
        (t("contributions.book_value"), money(book)),
        (t(effect), money(gain if gain.minor >= 0 else -gain)),
    )
    params = {"bought": sale.bought, "bank": sale.bank_reference, "day": sale.on}
    return Review(money(sale.sold), params, effects)


def _record_exchange(tx: Tx, _ref: str, sent: FilledForm) -> str:
    convert_currency(tx, _sale(sent))
    return sent.text("bank_reference")


# ---------- refunds


def _review_refund(connection: Connection, ref: str, sent: FilledForm) -> Review:
    given, amount = get_contribution(connection, ref), sent.amount()
    donor, document = donor_name(given.donor), sent.text("document")
    left = (t("contributions.left_after"), money(balance_after_return(connection, given, amount)))
    params = {"donor": donor, "amount": amount, "document": document}
    return Review(money(amount), params, (left,))


def _facts_of_unspent(connection: Connection, ref: str) -> Facts:
    given = get_contribution(connection, ref)
    facts = [(t("contributions.contribution"), f"{given.ref}, {donor_name(given.donor)}")]
    if given.agreement_ref:
        rule = get_agreement(connection, given.agreement_ref).unspent
        facts.append((t("contributions.field_unspent"), t(f"contributions.unspent_{rule}")))
    label = t("contributions.unspent_left")
    try:
        facts.append((label, money(unspent_balance(connection, given))))
    except Refused as error:
        facts += [(label, t(f"refusals.{x.code}", **x.params)) for x in error.refusals]
    return tuple(facts)


def _review_refund_payment(connection: Connection, ref: str, sent: FilledForm) -> Review:
    found = get_return(connection, ref)
    require_return_open(found)
    require_another_payer(found, actor())
    params = {
        "donor": donor_name(found.donor),
        "amount": found.amount,
        "day": sent.day("paid_on"),
        "bank": sent.text("bank_reference"),
    }
    return Review(money(found.amount), params)


def _record_refund_payment(tx: Tx, ref: str, sent: FilledForm) -> str:
    day, bank, evidence = sent.day("paid_on"), sent.text("bank_reference"), sent.text("evidence")
    pay_return(tx, ref, ReturnPayment(day, bank, evidence))
    return ref


def _review_refund_cancellation(connection: Connection, ref: str, _sent: FilledForm) -> Review:
    found = get_return(connection, ref)
    require_return_open(found)
    params = {"donor": donor_name(found.donor), "amount": found.amount}
    return Review(money(found.amount), params)


def _cancel_refund(tx: Tx, ref: str, sent: FilledForm) -> str:
    withdraw_return(tx, ref, reason=sent.text("reason"))
    return ref


def _facts_of_refund(connection: Connection, ref: str) -> Facts:
    found = get_return(connection, ref)
    return (
        (t("contributions.contribution"), f"{found.contribution}, {donor_name(found.donor)}"),
        (t("contributions.field_amount"), money(found.amount)),
        (t("contributions.field_document"), found.document),
    )


RECEIPTS: Mapping[str, StaffAct] = {  # by the last part of the address; on nothing recorded yet
    "donor_receipt": StaffAct(
        "donor_receipt",
        "contributions.donor_receipt_{}",
        _review_donor_receipt,
        lambda tx, _ref, sent: record_donor_receipt(
            tx, sent.text("donor"), _arrived(sent), icr=icr_rates()
        ),
        lists=donors_with_pledges,
    ),
    "conversion": StaffAct(
        "currency_exchange",
        "contributions.conversion_{}",
        _review_exchange,
        _record_exchange,
        lists=lists,
    ),
}
ON_RECORDED: Mapping[str, StaffAct] = {  # on a contribution or a receipt
    "receipt": StaffAct(
        "receipt",
        "contributions.receipt_{}",
        _review_receipt,
        _record_receipt,
        facts=facts_of_pledge,
        lists=lists,
        omits=_omitted_of_receipt,
    ),
    "take_back": StaffAct(
        "receipt_reversal",
        "contributions.take_back_{}",
        _review_reversal,
        _reverse_receipt,
        facts=_facts_of_receipt,
    ),
    "acknowledge": StaffAct(
        "receipt_acknowledgement",
        "contributions.acknowledge_{}",
        _review_acknowledgement,
        _record_acknowledgement,
        facts=_facts_of_receipt,
    ),
    "return": StaffAct(
        "contribution_refund",
        "contributions.return_{}",
        _review_refund,
        lambda tx, ref, sent: prepare_return(
            tx, ref, sent.amount(), document=sent.text("document")
        ),
        facts=_facts_of_unspent,
        token=lambda connection, ref: str(len(list_returns(connection, ref))),
    ),
}
ENDS: Mapping[str, StaffAct] = {  # by the fund administration or the certifying office
    "return_paid": StaffAct(
        "refund_payment",
        "contributions.return_paid_{}",
        _review_refund_payment,
        _record_refund_payment,
        facts=_facts_of_refund,
    ),
    "return_undone": StaffAct(
        "refund_cancellation",
        "contributions.return_undone_{}",
        _review_refund_cancellation,
        _cancel_refund,
        facts=_facts_of_refund,
    ),
}
