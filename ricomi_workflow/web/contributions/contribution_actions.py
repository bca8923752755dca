"""The acts by which gifts are recorded on the desk: form, what is said back, what is written.

Every act is said back before it is written, with what it will do to the books; what is said and
what is done come from the same functions of `contributions`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ricomi_workflow.contributions.commands import (
    Given,
    Terms,
    agree,
    call_in,
    give_in_kind,
    pledge,
    waive,
)
from ricomi_workflow.contributions.indirect_costs import parse_percent, percent, rate_shown, shipped
from ricomi_workflow.contributions.queries import (
    calls_of,
    count_agreements,
    count_contributions,
    count_in_kind,
    get_agreement,
    get_contribution,
    get_receipt,
    list_agreements,
)
from ricomi_workflow.contributions.receipt_letters import acknowledge
from ricomi_workflow.contributions.rules import Beside, Instrument, Unspent, value_of
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.kernel.errors import FieldError, Invalid
from ricomi_workflow.kernel.money import BOOK_CURRENCY, Money
from ricomi_workflow.web.components import Facts
from ricomi_workflow.web.contributions import contribution_forms as forms
from ricomi_workflow.web.contributions.change_actions import CHANGES, ENDS, about_contribution
from ricomi_workflow.web.contributions.contribution_action import GiftAct, fixed
from ricomi_workflow.web.contributions.contributions_view import limits_words
from ricomi_workflow.web.contributions.receipt_actions import (
    Said,
    donors_with_promises,
    money,
    own_amount,
    say_conversion,
    say_donor_receipt,
    say_receipt,
    say_take_back,
    write_conversion,
    write_donor_receipt,
    write_receipt,
    write_take_back,
)
from ricomi_workflow.web.current_user import is_demonstration
from ricomi_workflow.web.fund.treasury_forms import Filled
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.messages import donor_name

if TYPE_CHECKING:
    from sqlalchemy import Connection


# ---------- a pledge


def _say_pledge(connection: Connection, _ref: str, sent: Filled) -> Said:
    donor, source = forms.donor_of(sent)
    amount = forms.amount_of(sent)
    worth = value_of(amount, forms.rate_of(sent))
    params = {
        "donor": donor_name(donor),
        "source": t(f"ui.source_{source}"),
        "day": sent.day("pledged_on"),
        "amount": amount,
    }
    effects = [(t("contributions.value"), money(worth))] if worth != amount else []
    if sent.text("agreement_ref"):
        agreed = get_agreement(connection, sent.text("agreement_ref"))
        effects.append((t("contributions.agreement"), f"{agreed.reference} · {agreed.ref}"))
        effects.append((t("contributions.limits"), limits_words(agreed.limits)))
    return Said(money(amount), params, tuple(effects))


def _write_pledge(tx: Tx, _ref: str, sent: Filled) -> str:
    donor, donor_class = forms.donor_of(sent)
    return pledge(
        tx,
        donor,
        donor_class,
        forms.amount_of(sent),
        pledged_on=sent.day("pledged_on"),
        due_on=forms.day_or_none(sent, "due_on"),
        rate=forms.rate_of(sent),
        agreement=sent.text("agreement") or None,
        agreement_ref=sent.text("agreement_ref") or None,
        illustrative=is_demonstration(),
    )


# ---------- an agreement


def _terms(sent: Filled) -> Terms:
    return Terms(
        kind=Instrument(sent.text("kind")),
        reference=sent.text("reference"),
        signed_on=sent.day("signed_on"),
        purpose=sent.text("purpose"),
        limits=forms.limits_of(sent),
        reporting_months=forms.months_of(sent),
        unspent=Unspent(sent.text("unspent")),
        currency=sent.text("currency"),
    )


def _say_agreement(_connection: Connection, _ref: str, sent: Filled) -> Said:
    terms = _terms(sent)
    bound = "contributions.agreement_bound" if terms.limits else "contributions.agreement_pooled"
    params = {
        "donor": donor_name(forms.donor_of(sent)[0]),
        "day": terms.signed_on,
        "kind": t(f"contributions.instrument_{terms.kind}"),
    }
    return Said(terms.reference, params, ((t("contributions.limits"), t(bound)),))


def _write_agreement(tx: Tx, _ref: str, sent: Filled) -> str:
    return agree(tx, *forms.donor_of(sent), _terms(sent), illustrative=is_demonstration())


# ---------- a call, a waiver


def _say_call(connection: Connection, ref: str, sent: Filled) -> Said:
    given = get_contribution(connection, ref)
    amount = own_amount(connection, ref, sent)
    params = {
        "ref": ref,
        "donor": donor_name(given.donor),
        "day": sent.day("due_on"),
        "amount": amount,
    }
    return Said(money(amount), params)


def _write_call(tx: Tx, ref: str, sent: Filled) -> str:
    call_in(tx, ref, own_amount(tx.connection, ref, sent), due_on=sent.day("due_on"))
    return ref


def _rate(sent: Filled) -> int:
    return parse_percent(sent.text("icr_rate")) or 0


def _say_waiver(connection: Connection, ref: str, sent: Filled) -> Said:
    given = get_contribution(connection, ref)
    usual = shipped().on(given.donor_class, sent.day("from_on"))
    if _rate(sent) > usual:
        facts = {"limit": f"{percent(usual)} %"}
        raise Invalid([FieldError("icr_rate", "too_large", facts)])
    shown = rate_shown(_rate(sent), language())
    params = {
        "ref": ref,
        "donor": donor_name(given.donor),
        "day": sent.day("from_on"),
        "usual": rate_shown(usual, language()),
        "rate": shown,
        "document": sent.text("document"),
    }
    return Said(shown, params)


def _write_waiver(tx: Tx, ref: str, sent: Filled) -> str:
    waive(
        tx,
        ref,
        _rate(sent),
        from_on=sent.day("from_on"),
        reason=sent.text("reason"),
        document=sent.text("document"),
    )
    return ref


# ---------- a gift in kind


def _given(sent: Filled) -> Given:
    return Given(
        Beside(sent.text("beside")),
        sent.text("description"),
        Money.parse(str(sent.values["value"])),
        sent.text("valued_by"),
        sent.day("given_on"),
        sent.text("spending"),
    )


def _say_in_kind(_connection: Connection, _ref: str, sent: Filled) -> Said:
    given = _given(sent)
    params = {
        "donor": donor_name(forms.donor_of(sent)[0]),
        "kind": t(f"contributions.beside_{given.kind}"),
        "day": given.given_on,
        "amount": given.value,
    }
    return Said(money(given.value), params)


def _write_in_kind(tx: Tx, _ref: str, sent: Filled) -> str:
    return give_in_kind(tx, *forms.donor_of(sent), _given(sent), illustrative=is_demonstration())


def _about_receipt(connection: Connection, ref: str) -> Facts:
    found = get_receipt(connection, ref)
    return (
        (t("contributions.receipt"), f"{found.ref}, {donor_name(found.donor)}"),
        (t("contributions.received"), money(found.amount)),
    )


# ---------- the letter for a receipt


def _say_acknowledge(connection: Connection, ref: str, sent: Filled) -> Said:
    found = get_receipt(connection, ref)
    params = {
        "ref": ref,
        "donor": donor_name(found.donor),
        "day": sent.day("sent_on"),
        "to": sent.text("sent_to"),
    }
    return Said(money(found.amount), params)


def _write_acknowledge(tx: Tx, ref: str, sent: Filled) -> str:
    acknowledge(tx, ref, sent_on=sent.day("sent_on"), sent_to=sent.text("sent_to"))
    return ref


ALONE: Mapping[str, GiftAct] = {
    "agreement": GiftAct(
        fixed(forms.agreement_form),
        _say_agreement,
        _write_agreement,
        seen=lambda connection, _ref: str(count_agreements(connection)),
    ),
    "pledge": GiftAct(
        lambda connection, _ref: forms.pledge_form(list_agreements(connection)),
        _say_pledge,
        _write_pledge,
        seen=lambda connection, _ref: str(count_contributions(connection)),
    ),
    "donor_receipt": GiftAct(
        lambda connection, _ref: forms.donor_receipt_form(donors_with_promises(connection)),
        say_donor_receipt,
        write_donor_receipt,
    ),
    "conversion": GiftAct(fixed(forms.conversion_form), say_conversion, write_conversion),
    "in_kind": GiftAct(
        fixed(forms.in_kind_form),
        _say_in_kind,
        _write_in_kind,
        seen=lambda connection, _ref: str(count_in_kind(connection)),
    ),
}
OF_ONE: Mapping[str, GiftAct] = {
    "receipt": GiftAct(
        lambda connection, ref: forms.receipt_form(get_contribution(connection, ref)),
        say_receipt,
        write_receipt,
        about=about_contribution,
    ),
    "call": GiftAct(
        fixed(forms.call_form),
        _say_call,
        _write_call,
        about=about_contribution,
        seen=lambda connection, ref: str(len(calls_of(connection, ref))),
    ),
    "waiver": GiftAct(
        fixed(forms.waiver_form), _say_waiver, _write_waiver, about=about_contribution
    ),
    "take_back": GiftAct(
        fixed(forms.take_back_form), say_take_back, write_take_back, about=_about_receipt
    ),
    "acknowledge": GiftAct(
        fixed(forms.acknowledge_form), _say_acknowledge, _write_acknowledge, about=_about_receipt
    ),
    **CHANGES,
    **ENDS,
}
USUAL = {"currency": BOOK_CURRENCY}  # what stands in an empty form
