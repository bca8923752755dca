"""Acts that change what was agreed: a promise reduced, an agreement amended, money given back.

Whoever prepared a return does not pay it: the two acts that end one are on pages of their own,
which the certifying office reaches too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ricomi_workflow.contributions.amendments import Amendment, amend, amended, versions
from ricomi_workflow.contributions.pledge_reductions import (
    Reduced,
    Reduction,
    left_of,
    reduce_pledge,
    reductions_of,
)
from ricomi_workflow.contributions.queries import get_agreement, get_contribution
from ricomi_workflow.contributions.refunds import (
    Payment,
    get_return,
    pay_return,
    prepare_return,
    require_another,
    require_open,
    rest_of,
    returns_of,
    take_back_return,
    unspent,
)
from ricomi_workflow.contributions.rules import Unspent
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.kernel.errors import Refusal, Refused
from ricomi_workflow.web.components import Facts
from ricomi_workflow.web.contributions import change_forms as forms
from ricomi_workflow.web.contributions.contribution_action import GiftAct, Typed, fixed
from ricomi_workflow.web.contributions.contribution_forms import limits_of, months_of
from ricomi_workflow.web.contributions.contributions_view import limits_words
from ricomi_workflow.web.contributions.receipt_actions import Said, money, own_amount
from ricomi_workflow.web.current_user import actor
from ricomi_workflow.web.fund.treasury_forms import Filled
from ricomi_workflow.web.i18n import t
from ricomi_workflow.web.messages import donor_name

if TYPE_CHECKING:
    from sqlalchemy import Connection


# ---------- less will come


def _reduction(connection: Connection, ref: str, sent: Filled) -> Reduction:
    return Reduction(
        Reduced(sent.text("less")),
        own_amount(connection, ref, sent),
        sent.day("reduced_on"),
        sent.text("reason"),
        sent.text("document"),
    )


def _say_reduction(connection: Connection, ref: str, sent: Filled) -> Said:
    given, by = get_contribution(connection, ref), _reduction(connection, ref, sent)
    left = left_of(given, by.amount)
    params = {
        "donor": donor_name(given.donor),
        "kind": t(f"contributions.reduced_{by.kind}"),
        "day": by.on,
        "amount": by.amount,
        "document": by.document,
    }
    return Said(money(by.amount), params, ((t("contributions.outstanding"), money(left)),))


def _write_reduction(tx: Tx, ref: str, sent: Filled) -> str:
    return reduce_pledge(tx, ref, _reduction(tx.connection, ref, sent))


def about_contribution(connection: Connection, ref: str) -> Facts:
    """Whose pledge an act is about, and how it stands."""
    given = get_contribution(connection, ref)
    less = ((t("contributions.reduced"), money(given.reduced)),) if given.reduced else ()
    return (
        (t("contributions.contribution"), f"{given.ref}, {donor_name(given.donor)}"),
        (t("contributions.pledged"), money(given.pledged)),
        *less,
        (t("contributions.outstanding"), money(given.outstanding)),
    )


# ---------- an agreement says something else


def _amendment(sent: Filled) -> Amendment:
    return Amendment(
        sent.text("amended_by"),
        sent.day("from_on"),
        sent.text("purpose"),
        limits_of(sent),
        Unspent(sent.text("unspent")),
        months_of(sent),
    )


def _say_amendment(connection: Connection, ref: str, sent: Filled) -> Said:
    before, to = versions(connection, ref)[-1], _amendment(sent)
    made = amended(ref, before, to)
    params = {
        "donor": donor_name(get_agreement(connection, ref).donor),
        "day": to.from_on,
        "limits": limits_words(to.limits),
    }
    effects = [
        (t(f"contributions.{name}"), t("contributions.amended_from", before=old, after=new))
        for name, old, new in (
            ("field_purpose", before.purpose, made.purpose),
            ("limits", limits_words(before.limits), limits_words(to.limits)),
            (
                "field_reporting_months",
                str(before.reporting_months or "-"),
                str(to.reporting_months or "-"),
            ),
            (
                "field_unspent",
                t(f"contributions.unspent_{before.unspent}"),
                t(f"contributions.unspent_{to.unspent}"),
            ),
        )
        if old != new
    ]
    return Said(to.reference, params, tuple(effects))


def _write_amendment(tx: Tx, ref: str, sent: Filled) -> str:
    amend(tx, ref, _amendment(sent))
    return ref


def _about_agreement(connection: Connection, ref: str) -> Facts:
    found = get_agreement(connection, ref)
    return (
        (t("contributions.agreement"), f"{found.ref}, {donor_name(found.donor)}"),
        (t("contributions.field_reference"), found.reference),
    )


def _terms_now(connection: Connection, ref: str) -> Typed:
    """The terms in force, so that only what changes is typed."""
    found = get_agreement(connection, ref)
    months = (str(found.reporting_months),) if found.reporting_months else ()
    return {
        "purpose": (found.purpose,),
        "limit_topics": found.limits.topics,
        "limit_modalities": found.limits.modalities,
        "limit_countries": found.limits.countries,
        "reporting_months": months,
        "unspent": (found.unspent.value,),
    }


# ---------- what is left goes back


def _say_return(connection: Connection, ref: str, sent: Filled) -> Said:
    given, amount = get_contribution(connection, ref), sent.amount()
    left = rest_of(connection, given, amount)
    params = {
        "donor": donor_name(given.donor),
        "amount": amount,
        "document": sent.text("document"),
    }
    return Said(money(amount), params, ((t("contributions.left_after"), money(left)),))


def _write_return(tx: Tx, ref: str, sent: Filled) -> str:
    return prepare_return(tx, ref, sent.amount(), document=sent.text("document"))


def _about_unspent(connection: Connection, ref: str) -> Facts:
    given = get_contribution(connection, ref)
    facts = [(t("contributions.contribution"), f"{given.ref}, {donor_name(given.donor)}")]
    if given.agreement_ref:
        rule = get_agreement(connection, given.agreement_ref).unspent
        facts.append((t("contributions.field_unspent"), t(f"contributions.unspent_{rule}")))
    try:
        facts.append((t("contributions.unspent_left"), money(unspent(connection, given))))
    except Refused as error:
        facts += [(t("contributions.unspent_left"), _told(each)) for each in error.refusals]
    return tuple(facts)


def _told(refusal: Refusal) -> str:
    return t(f"refusals.{refusal.code}", **refusal.params)


def _say_paid(connection: Connection, ref: str, sent: Filled) -> Said:
    found = get_return(connection, ref)
    require_open(found)
    require_another(found, actor())
    params = {
        "donor": donor_name(found.donor),
        "amount": found.amount,
        "day": sent.day("paid_on"),
        "bank": sent.text("bank_reference"),
    }
    return Said(money(found.amount), params)


def _write_paid(tx: Tx, ref: str, sent: Filled) -> str:
    pay_return(
        tx, ref, Payment(sent.day("paid_on"), sent.text("bank_reference"), sent.text("evidence"))
    )
    return ref


def _say_undone(connection: Connection, ref: str, _sent: Filled) -> Said:
    found = get_return(connection, ref)
    require_open(found)
    params = {"donor": donor_name(found.donor), "amount": found.amount}
    return Said(money(found.amount), params)


def _write_undone(tx: Tx, ref: str, sent: Filled) -> str:
    take_back_return(tx, ref, reason=sent.text("reason"))
    return ref


def _about_return(connection: Connection, ref: str) -> Facts:
    found = get_return(connection, ref)
    return (
        (t("contributions.contribution"), f"{found.contribution}, {donor_name(found.donor)}"),
        (t("contributions.field_amount"), money(found.amount)),
        (t("contributions.field_document"), found.document),
    )


CHANGES: Mapping[str, GiftAct] = {
    "reduction": GiftAct(
        fixed(forms.reduction_form),
        _say_reduction,
        _write_reduction,
        about=about_contribution,
        seen=lambda connection, ref: str(len(reductions_of(connection, ref))),
    ),
    "amendment": GiftAct(
        fixed(forms.amendment_form),
        _say_amendment,
        _write_amendment,
        about=_about_agreement,
        seen=lambda connection, ref: str(versions(connection, ref)[-1].number),
        usual=_terms_now,
    ),
    "return": GiftAct(
        fixed(forms.return_form),
        _say_return,
        _write_return,
        about=_about_unspent,
        seen=lambda connection, ref: str(len(returns_of(connection, ref))),
    ),
}
ENDS: Mapping[str, GiftAct] = {  # by the fund administration or the certifying office
    "return_paid": GiftAct(
        fixed(forms.return_paid_form), _say_paid, _write_paid, about=_about_return
    ),
    "return_undone": GiftAct(
        fixed(forms.return_undone_form), _say_undone, _write_undone, about=_about_return
    ),
}
