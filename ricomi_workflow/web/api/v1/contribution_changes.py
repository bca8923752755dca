"""What becomes of a gift: other terms, less of it, no charge, its rest; and gifts in kind."""

from __future__ import annotations

from collections.abc import Mapping

from ricomi_workflow.contributions.amendments import Amendment, Version, amend, versions
from ricomi_workflow.contributions.commands import Given, give_in_kind, waive
from ricomi_workflow.contributions.indirect_costs import parse_percent
from ricomi_workflow.contributions.pledge_reductions import Reduced, Reduction, reduce_pledge
from ricomi_workflow.contributions.queries import list_in_kind
from ricomi_workflow.contributions.refunds import (
    Payment,
    Return,
    get_return,
    open_returns,
    pay_return,
    prepare_return,
    take_back_return,
)
from ricomi_workflow.contributions.rows import get_contribution
from ricomi_workflow.contributions.rules import Beside, Unspent
from ricomi_workflow.kernel.errors import FieldError, Invalid
from ricomi_workflow.ledger.accounts import Source
from ricomi_workflow.web.api.operations import Call, Group
from ricomi_workflow.web.api.schemas import contribution_changes as shapes
from ricomi_workflow.web.api.schemas import contributions
from ricomi_workflow.web.api.v1.contributions import (
    in_kind_told,
    limits_in,
    limits_told,
    promise_now,
)
from ricomi_workflow.web.api.v1.money import OFFICES, READERS, TREASURERS, amount_in
from ricomi_workflow.web.current_user import is_demonstration

Shape = Mapping[str, object]
_GROUP = Group("contributions", "/fund", READERS, TREASURERS)


def list_agreement_terms(call: Call, agreement: str) -> Shape:
    """List what an agreement says from which day on, as it was signed first."""
    return {"terms": [_terms(each) for each in versions(call.tx.connection, agreement)]}


def amend_agreement(call: Call, agreement: str) -> Shape:
    """Record an amendment: what was reserved under the old terms stands."""
    sent = call.body
    to = Amendment(
        reference=sent["reference"],
        from_on=sent["from_on"],
        purpose=sent["purpose"],
        limits=limits_in(call),
        unspent=Unspent(sent["unspent"]),
        reporting_months=sent.get("reporting_months"),
    )
    amend(call.tx, agreement, to, seen=sent.get("seen"))
    return list_agreement_terms(call, agreement)


def reduce_contribution(call: Call, contribution: str) -> Shape:
    """Record what of a promise will not come."""
    sent = call.body
    given = get_contribution(call.tx.connection, contribution)
    amount = amount_in(sent, currency=given.pledged.currency)
    kind = Reduced(sent["kind"])
    less = Reduction(kind, amount, sent["reduced_on"], sent["reason"], sent["document"])
    reduce_pledge(call.tx, given.ref, less)
    return promise_now(call, given.ref)


def waive_indirect_costs(call: Call, contribution: str) -> Shape:
    """Charge a promise another share for indirect costs from a day on, by a decision."""
    sent = call.body
    rate = parse_percent(sent["rate"])
    if rate is None:
        raise Invalid([FieldError("rate", "not_an_option", {"value": sent["rate"]})])
    facts = {name: sent[name] for name in ("from_on", "reason", "document")}
    waive(call.tx, contribution, rate, **facts)
    return promise_now(call, contribution)


def list_open_returns(call: Call) -> Shape:
    """List what is set aside for donors and waits for the second person."""
    return {"returns": [_return(each) for each in open_returns(call.tx.connection)]}


def get_donor_return(call: Call, rest: str) -> Shape:
    """Read what of a gift goes back to its donor."""
    return _return(get_return(call.tx.connection, rest))


def prepare_donor_return(call: Call, contribution: str) -> Shape:
    """Set what is left of a gift aside for its donor; another person pays it."""
    sent = call.body
    ref = prepare_return(call.tx, contribution, amount_in(sent), document=sent["document"])
    return get_donor_return(call, ref)


def pay_donor_return(call: Call, rest: str) -> Shape:
    """Record that the bank paid what another person set aside."""
    pay_return(call.tx, rest, Payment(**call.body))
    return get_donor_return(call, rest)


def take_donor_return_back(call: Call, rest: str) -> Shape:
    """Give up a return that is not paid: its money is the gift's again."""
    take_back_return(call.tx, rest, reason=call.body["reason"])
    return get_donor_return(call, rest)


def list_gifts_in_kind(call: Call) -> Shape:
    """List what was given beside the money of the fund."""
    return {"in_kind": [in_kind_told(each) for each in list_in_kind(call.tx.connection)]}


def record_gift_in_kind(call: Call) -> Shape:
    """Record a gift in kind or co-financing, apart from cash."""
    sent = call.body
    given = Given(
        kind=Beside(sent["kind"]),
        description=sent["description"],
        value=amount_in(sent, "value"),
        valued_by=sent["valued_by"],
        given_on=sent["given_on"],
    )
    donor_class, sample = Source(sent["donor_class"]), is_demonstration()
    ref = give_in_kind(call.tx, sent["donor"], donor_class, given, illustrative=sample)
    call.tx.flush()  # the answer shows the gift
    return next(in_kind_told(x) for x in list_in_kind(call.tx.connection) if x.ref == ref)


def _terms(found: Version) -> Shape:
    same = ("number", "reference", "from_on", "purpose", "reporting_months", "unspent")
    return {
        **{name: getattr(found, name) for name in same},
        "limits": limits_told(found.limits),
    }


def _return(found: Return) -> Shape:
    end = found.end
    same = ("ref", "contribution", "donor", "prepared_on", "document")
    return {
        **{name: getattr(found, name) for name in same},
        "amount": str(found.amount),
        "state": end.event if end else "waiting",
        "ended_on": end.on if end else None,
        "bank_reference": end.bank_reference if end else None,
        "evidence": end.evidence if end else None,
        "reason": end.reason if end else None,
    }


_GIFT, _REST = "/contributions/{contribution}", "/returns/{rest}"
_TERMS = "/agreements/{agreement}/terms"
OPERATIONS = (
    _GROUP.read(list_agreement_terms, _TERMS, shapes.TermsPage),
    _GROUP.act(amend_agreement, _TERMS, shapes.NewTerms, shapes.TermsPage),
    _GROUP.act(
        reduce_contribution, f"{_GIFT}/reductions", shapes.NewReduction, contributions.PledgeDetail
    ),
    _GROUP.act(
        waive_indirect_costs, f"{_GIFT}/waivers", shapes.NewWaiver, contributions.PledgeDetail
    ),
    _GROUP.read(list_open_returns, "/returns", shapes.ReturnPage),
    _GROUP.read(get_donor_return, _REST, shapes.ReturnView),
    _GROUP.act(prepare_donor_return, f"{_GIFT}/returns", shapes.NewReturn, shapes.ReturnView),
    _GROUP.act(pay_donor_return, f"{_REST}/payment", shapes.ReturnPaid, shapes.ReturnView, OFFICES),
    _GROUP.act(
        take_donor_return_back,
        f"{_REST}/take-back",
        contributions.TakenBack,
        shapes.ReturnView,
        OFFICES,
    ),
    _GROUP.read(list_gifts_in_kind, "/in-kind", shapes.InKindPage),
    _GROUP.act(record_gift_in_kind, "/in-kind", shapes.NewInKind, contributions.InKindView),
)
