"""Acts on pledges, agreements and contributions in kind: recorded, called, reduced, amended.

What the confirmation states and what the command does come from the same functions of
`contributions`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ricomi_workflow.contributions.amendments import (
    Amendment,
    Reduction,
    ReductionKind,
    amend_agreement,
    check_amendment,
    list_reductions,
    list_versions,
    pledge_after_reduction,
    reduce_pledge,
)
from ricomi_workflow.contributions.commands import (
    AgreementTerms,
    InKindDetails,
    issue_call,
    record_agreement,
    record_in_kind,
    record_pledge,
    record_waiver,
)
from ricomi_workflow.contributions.indirect_costs import (
    icr_rates,
    parse_percent,
    rate_label,
    rate_text,
)
from ricomi_workflow.contributions.queries import (
    count_agreements,
    count_contributions,
    count_in_kind,
    list_agreements,
    list_calls,
)
from ricomi_workflow.contributions.rows import get_agreement, get_contribution
from ricomi_workflow.contributions.rules import InKindKind, Instrument, Unspent, book_value
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.kernel.errors import FieldError, Invalid
from ricomi_workflow.web.components import Facts
from ricomi_workflow.web.contributions.form_values import (
    amount_of_pledge,
    donor_of,
    limits_of,
    lists,
    months_of,
    rate_of,
    with_agreements,
)
from ricomi_workflow.web.current_user import is_demonstration
from ricomi_workflow.web.forms.filled_form import FilledForm, Texts
from ricomi_workflow.web.fund.labels import limits_words, money
from ricomi_workflow.web.fund.staff_act import Review, StaffAct
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.messages import donor_name

if TYPE_CHECKING:
    from sqlalchemy import Connection


# ---------- pledges


def _review_pledge(connection: Connection, _ref: str, sent: FilledForm) -> Review:
    donor, source = donor_of(sent)
    amount = sent.amount()
    worth = book_value(amount, rate_of(sent))
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
    return Review(money(amount), params, tuple(effects))


def _record_pledge(tx: Tx, _ref: str, sent: FilledForm) -> str:
    return record_pledge(
        tx,
        *donor_of(sent),
        sent.amount(),
        pledged_on=sent.day("pledged_on"),
        due_on=sent.optional_day("due_on"),
        rate=rate_of(sent),
        agreement=sent.text("agreement") or None,
        agreement_ref=sent.text("agreement_ref") or None,
        illustrative=is_demonstration(),
    )


def _review_call(connection: Connection, ref: str, sent: FilledForm) -> Review:
    given = get_contribution(connection, ref)
    amount = amount_of_pledge(connection, ref, sent)
    donor = donor_name(given.donor)
    return Review(money(amount), {"donor": donor, "day": sent.day("due_on"), "amount": amount})


def _record_call(tx: Tx, ref: str, sent: FilledForm) -> str:
    amount = amount_of_pledge(tx.connection, ref, sent)
    issue_call(tx, ref, amount, due_on=sent.day("due_on"))
    return ref


def _rate(sent: FilledForm) -> int:
    return parse_percent(sent.text("icr_rate")) or 0


def _review_waiver(connection: Connection, ref: str, sent: FilledForm) -> Review:
    given = get_contribution(connection, ref)
    usual = icr_rates().on(given.donor_class, sent.day("from_on"))
    if _rate(sent) > usual:
        facts = {"limit": f"{rate_text(usual)} %"}
        raise Invalid([FieldError("icr_rate", "too_large", facts)])
    shown = rate_label(_rate(sent), language())
    params = {
        "donor": donor_name(given.donor),
        "day": sent.day("from_on"),
        "usual": rate_label(usual, language()),
        "document": sent.text("document"),
    }
    return Review(shown, params)


def _record_waiver(tx: Tx, ref: str, sent: FilledForm) -> str:
    from_on, reason = sent.day("from_on"), sent.text("reason")
    record_waiver(
        tx, ref, _rate(sent), from_on=from_on, reason=reason, document=sent.text("document")
    )
    return ref


def _reduction(connection: Connection, ref: str, sent: FilledForm) -> Reduction:
    return Reduction(
        ReductionKind(sent.text("less")),
        amount_of_pledge(connection, ref, sent),
        sent.day("reduced_on"),
        sent.text("reason"),
        sent.text("document"),
    )


def _review_reduction(connection: Connection, ref: str, sent: FilledForm) -> Review:
    given, by = get_contribution(connection, ref), _reduction(connection, ref, sent)
    params = {
        "donor": donor_name(given.donor),
        "kind": t(f"contributions.reduced_{by.kind}"),
        "day": by.on,
        "amount": by.amount,
        "document": by.document,
    }
    left = money(pledge_after_reduction(given, by.amount))
    return Review(money(by.amount), params, ((t("contributions.outstanding"), left),))


def facts_of_pledge(connection: Connection, ref: str) -> Facts:
    """Whose pledge an act is about, and its balance."""
    given = get_contribution(connection, ref)
    less = ((t("contributions.reduced"), money(given.reduced)),) if given.reduced else ()
    return (
        (t("contributions.contribution"), f"{given.ref}, {donor_name(given.donor)}"),
        (t("contributions.pledged"), money(given.pledged)),
        *less,
        (t("contributions.outstanding"), money(given.outstanding)),
    )


# ---------- agreements


def _terms(sent: FilledForm) -> AgreementTerms:
    return AgreementTerms(
        kind=Instrument(sent.text("kind")),
        reference=sent.text("reference"),
        signed_on=sent.day("signed_on"),
        purpose=sent.text("purpose"),
        limits=limits_of(sent),
        reporting_months=months_of(sent),
        unspent=Unspent(sent.text("unspent")),
        currency=sent.text("currency"),
    )


def _review_agreement(_connection: Connection, _ref: str, sent: FilledForm) -> Review:
    terms = _terms(sent)
    bound = "contributions.agreement_bound" if terms.limits else "contributions.agreement_pooled"
    params = {
        "donor": donor_name(donor_of(sent)[0]),
        "day": terms.signed_on,
        "kind": t(f"contributions.instrument_{terms.kind}"),
    }
    return Review(terms.reference, params, ((t("contributions.limits"), t(bound)),))


def _amendment(sent: FilledForm) -> Amendment:
    return Amendment(
        sent.text("amended_by"),
        sent.day("from_on"),
        sent.text("purpose"),
        limits_of(sent),
        Unspent(sent.text("unspent")),
        months_of(sent),
    )


def _review_amendment(connection: Connection, ref: str, sent: FilledForm) -> Review:
    before, to = list_versions(connection, ref)[-1], _amendment(sent)
    purpose = check_amendment(ref, before, to).purpose
    rest = [
        (limits_words(x.limits), str(x.reporting_months or "-"), _unspent(x.unspent))
        for x in (before, to)
    ]
    names = ("field_purpose", "limits", "field_reporting_months", "field_unspent")
    changes = zip(names, (before.purpose, *rest[0]), (purpose, *rest[1]), strict=True)
    effects = tuple(
        (t(f"contributions.{name}"), t("contributions.amended_from", before=old, after=new))
        for name, old, new in changes
        if old != new
    )
    donor = donor_name(get_agreement(connection, ref).donor)
    params = {"donor": donor, "day": to.from_on, "limits": limits_words(to.limits)}
    return Review(to.reference, params, effects)


def _record_amendment(tx: Tx, ref: str, sent: FilledForm) -> str:
    amend_agreement(tx, ref, _amendment(sent))
    return ref


def _facts_of_agreement(connection: Connection, ref: str) -> Facts:
    found = get_agreement(connection, ref)
    return (
        (t("contributions.agreement"), f"{found.ref}, {donor_name(found.donor)}"),
        (t("contributions.field_reference"), found.reference),
    )


def _terms_in_force(connection: Connection, ref: str) -> Texts:
    """The present terms, so that only what changes is typed."""
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


def _unspent(rule: Unspent) -> str:
    return t(f"contributions.unspent_{rule}")


# ---------- contributions in kind


def _in_kind(sent: FilledForm) -> InKindDetails:
    return InKindDetails(
        InKindKind(sent.text("beside")),
        sent.text("description"),
        sent.amount("value"),
        sent.text("valued_by"),
        sent.day("given_on"),
        sent.text("spending"),
    )


def _review_in_kind(_connection: Connection, _ref: str, sent: FilledForm) -> Review:
    given = _in_kind(sent)
    params = {
        "donor": donor_name(donor_of(sent)[0]),
        "kind": t(f"contributions.beside_{given.kind}"),
        "day": given.given_on,
        "amount": given.value,
    }
    return Review(money(given.value), params)


NEW: Mapping[str, StaffAct] = {  # by the last part of the address
    "agreement": StaffAct(
        "funding_agreement",
        "contributions.agreement_{}",
        _review_agreement,
        lambda tx, _ref, sent: record_agreement(
            tx, *donor_of(sent), _terms(sent), illustrative=is_demonstration()
        ),
        token=lambda connection, _ref: str(count_agreements(connection)),
        lists=lists,
    ),
    "pledge": StaffAct(
        "pledge",
        "contributions.pledge_{}",
        _review_pledge,
        _record_pledge,
        token=lambda connection, _ref: str(count_contributions(connection)),
        lists=with_agreements,
        omits=lambda connection, _ref: frozenset(
            () if list_agreements(connection) else ("agreement_ref",)
        ),
    ),
    "in_kind": StaffAct(
        "contribution_in_kind",
        "contributions.in_kind_{}",
        _review_in_kind,
        lambda tx, _ref, sent: record_in_kind(
            tx, *donor_of(sent), _in_kind(sent), illustrative=is_demonstration()
        ),
        token=lambda connection, _ref: str(count_in_kind(connection)),
        lists=lists,
    ),
}
CHANGES: Mapping[str, StaffAct] = {
    "call": StaffAct(
        "call_for_funds",
        "contributions.call_{}",
        _review_call,
        _record_call,
        facts=facts_of_pledge,
        token=lambda connection, ref: str(len(list_calls(connection, ref))),
    ),
    "waiver": StaffAct(
        "indirect_cost_waiver",
        "contributions.waiver_{}",
        _review_waiver,
        _record_waiver,
        facts=facts_of_pledge,
    ),
    "reduction": StaffAct(
        "pledge_reduction",
        "contributions.reduction_{}",
        _review_reduction,
        lambda tx, ref, sent: reduce_pledge(tx, ref, _reduction(tx.connection, ref, sent)),
        facts=facts_of_pledge,
        token=lambda connection, ref: str(len(list_reductions(connection, ref))),
    ),
    "amendment": StaffAct(
        "agreement_amendment",
        "contributions.amendment_{}",
        _review_amendment,
        _record_amendment,
        facts=_facts_of_agreement,
        token=lambda connection, ref: str(list_versions(connection, ref)[-1].number),
        initial=_terms_in_force,
    ),
}
