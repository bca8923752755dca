"""What becomes of a contribution: reductions, waivers, returns; and contributions in kind."""

from __future__ import annotations

from ricomi_workflow.contributions import refunds
from ricomi_workflow.contributions.amendments import Reduction, ReductionKind, reduce_pledge
from ricomi_workflow.contributions.commands import InKindDetails, record_in_kind, record_waiver
from ricomi_workflow.contributions.indirect_costs import parse_percent
from ricomi_workflow.contributions.input_checks import DOCUMENT, LONGEST, TEXT
from ricomi_workflow.contributions.queries import list_in_kind
from ricomi_workflow.contributions.refunds import (
    DonorReturn,
    ReturnOutcome,
    ReturnPayment,
    get_return,
    pay_return,
    prepare_return,
    withdraw_return,
)
from ricomi_workflow.contributions.rows import get_contribution
from ricomi_workflow.contributions.rules import InKindKind
from ricomi_workflow.kernel.errors import FieldError, Invalid
from ricomi_workflow.ledger.accounts import Source
from ricomi_workflow.web.api import fields
from ricomi_workflow.web.api.operations import Call, Group
from ricomi_workflow.web.api.resources import many, question, resource
from ricomi_workflow.web.api.v1.contributions import (
    InKindView,
    PledgeDetail,
    TakenBack,
    promise_now,
)
from ricomi_workflow.web.api.v1.money import OFFICES, READERS, TREASURERS, amount_in
from ricomi_workflow.web.current_user import is_demonstration

_GROUP = Group("contributions", "/fund", READERS, TREASURERS)
_DOLLARS = "In US$"
_ANY = "The money pays only for these; none: for any"

NewReduction = question(
    "NewReduction",
    kind=fields.Choice(ReductionKind, required=True),
    amount=fields.Sum("In the currency of the promise", required=True),
    reduced_on=fields.Day(required=True),
    reason=fields.Text(longest=TEXT, required=True),
    document=fields.Text("What proves it", longest=DOCUMENT, required=True),
)
NewWaiver = question(
    "NewWaiver",
    rate=fields.Text("In percent, as decimal text; 0 charges nothing", longest=10, required=True),
    from_on=fields.Day(required=True),
    reason=fields.Text(longest=TEXT, required=True),
    document=fields.Text("What decides so", longest=DOCUMENT, required=True),
)
NewReturn = question(
    "NewReturn",
    amount=fields.Sum(_DOLLARS, required=True),
    document=fields.Text("What says that it goes back", longest=DOCUMENT, required=True),
)
ReturnPaid = question(
    "ReturnPaid",
    paid_on=fields.Day(required=True),
    bank_reference=fields.Text("As on the statement of the bank", longest=LONGEST, required=True),
    evidence=fields.Text("What proves it", longest=TEXT, required=True),
)
NewInKind = question(
    "NewInKind",
    donor=fields.Text(
        "State or observer by its code, or another donor by its name",
        longest=LONGEST,
        required=True,
    ),
    donor_class=fields.Choice(Source, required=True),
    kind=fields.Choice(InKindKind, required=True),
    description=fields.Text(longest=TEXT, required=True),
    value=fields.Sum(_DOLLARS, required=True),
    valued_by=fields.Text("How the value was found", longest=TEXT, required=True),
    given_on=fields.Day(required=True),
)
ReturnView = resource(
    "ReturnView",
    DonorReturn,
    "ref contribution donor prepared_on document",
    amount=_DOLLARS,
    state=fields.Choice(("waiting", *ReturnOutcome), attribute="end.event", dump_default="waiting"),
    ended_on=fields.Day(allow_none=True, attribute="end.on"),
    bank_reference=fields.Text(allow_none=True, attribute="end.bank_reference"),
    evidence=fields.Text(allow_none=True, attribute="end.evidence"),
    reason=fields.Text("Why it was taken back", allow_none=True, attribute="end.reason"),
)
ReturnPage = resource("ReturnPage", returns=many(ReturnView))
InKindPage = resource("InKindPage", in_kind=many(InKindView))


def reduce_contribution(call: Call, contribution: str) -> object:
    """Record what of a promise will not come."""
    sent = call.body
    given = get_contribution(call.tx.connection, contribution)
    amount = amount_in(sent, currency=given.pledged.currency)
    kind = ReductionKind(sent["kind"])
    less = Reduction(kind, amount, sent["reduced_on"], sent["reason"], sent["document"])
    reduce_pledge(call.tx, given.ref, less)
    return promise_now(call, given.ref)


def waive_indirect_costs(call: Call, contribution: str) -> object:
    """Charge a promise another share for indirect costs from a day on, by a decision."""
    sent = call.body
    rate = parse_percent(sent["rate"])
    if rate is None:
        raise Invalid([FieldError("rate", "not_an_option", {"value": sent["rate"]})])
    facts = {name: sent[name] for name in ("from_on", "reason", "document")}
    record_waiver(call.tx, contribution, rate, **facts)
    return promise_now(call, contribution)


def list_open_returns(call: Call) -> object:
    """List what is set aside for donors and waits for the second person."""
    return {"returns": refunds.list_open_returns(call.tx.connection)}


def get_donor_return(call: Call, rest: str) -> object:
    """Read what of a contribution goes back to its donor."""
    return get_return(call.tx.connection, rest)


def prepare_donor_return(call: Call, contribution: str) -> object:
    """Set what is left of a contribution aside for its donor; another person pays it."""
    sent = call.body
    ref = prepare_return(call.tx, contribution, amount_in(sent), document=sent["document"])
    return get_donor_return(call, ref)


def pay_donor_return(call: Call, rest: str) -> object:
    """Record that the bank paid what another person set aside."""
    pay_return(call.tx, rest, ReturnPayment(**call.body))
    return get_donor_return(call, rest)


def take_donor_return_back(call: Call, rest: str) -> object:
    """Give up a return that is not paid: its money is the contribution's again."""
    withdraw_return(call.tx, rest, reason=call.body["reason"])
    return get_donor_return(call, rest)


def list_contributions_in_kind(call: Call) -> object:
    """List what was given beside the money of the fund."""
    return {"in_kind": list_in_kind(call.tx.connection)}


def record_contribution_in_kind(call: Call) -> object:
    """Record a contribution in kind or co-financing, apart from cash."""
    sent = call.body
    given = InKindDetails(
        kind=InKindKind(sent["kind"]),
        description=sent["description"],
        value=amount_in(sent, "value"),
        valued_by=sent["valued_by"],
        given_on=sent["given_on"],
    )
    donor_class, sample = Source(sent["donor_class"]), is_demonstration()
    ref = record_in_kind(call.tx, sent["donor"], donor_class, given, illustrative=sample)
    call.tx.flush()  # the answer shows the contribution
    return next(x for x in list_in_kind(call.tx.connection) if x.ref == ref)


_CONTRIBUTION, _REST = "/contributions/{contribution}", "/returns/{rest}"
OPERATIONS = (
    _GROUP.act(reduce_contribution, f"{_CONTRIBUTION}/reductions", NewReduction, PledgeDetail),
    _GROUP.act(waive_indirect_costs, f"{_CONTRIBUTION}/waivers", NewWaiver, PledgeDetail),
    _GROUP.read(list_open_returns, "/returns", ReturnPage),
    _GROUP.read(get_donor_return, _REST, ReturnView),
    _GROUP.act(prepare_donor_return, f"{_CONTRIBUTION}/returns", NewReturn, ReturnView),
    _GROUP.act(pay_donor_return, f"{_REST}/payment", ReturnPaid, ReturnView, OFFICES),
    _GROUP.act(
        take_donor_return_back,
        f"{_REST}/take-back",
        TakenBack,
        ReturnView,
        OFFICES,
    ),
    _GROUP.read(list_contributions_in_kind, "/in-kind", InKindPage),
    _GROUP.act(record_contribution_in_kind, "/in-kind", NewInKind, InKindView),
)
