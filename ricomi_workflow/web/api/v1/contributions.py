"""What is given to the fund: agreements, promises, calls, receipts, a donor on a day."""

from __future__ import annotations

from ricomi_workflow.contributions import balances, commands, queries, receipts, rows
from ricomi_workflow.contributions.balances import ContributionBalance, DonorStatement
from ricomi_workflow.contributions.commands import issue_call
from ricomi_workflow.contributions.currency_exchange import CurrencySale, convert_currency
from ricomi_workflow.contributions.indirect_costs import icr_rates, rate_text
from ricomi_workflow.contributions.input_checks import LONGEST, TEXT
from ricomi_workflow.contributions.receipts import BankCredit, reverse_receipt
from ricomi_workflow.contributions.rules import OverdueBand, Rate
from ricomi_workflow.kernel.money import BOOK_CURRENCY
from ricomi_workflow.ledger.accounts import Source
from ricomi_workflow.web.api import fields
from ricomi_workflow.web.api.operations import Call, Group
from ricomi_workflow.web.api.resources import (
    NEXT,
    Extended,
    items_of,
    many,
    one,
    question,
    resource,
)
from ricomi_workflow.web.api.v1.agreements import CURRENCY, DONOR, LimitsView
from ricomi_workflow.web.api.v1.money import READERS, TREASURERS, amount_in, rate_in
from ricomi_workflow.web.current_user import is_demonstration

_GROUP = Group("contributions", "/fund", READERS, TREASURERS)
_OWN = "In the currency of the promise"
_DOLLARS = "In US$"

ContributionQuestion = question(
    "ContributionQuestion",
    donor_class=fields.Choice(Source, "Only of donors of this class"),
    after=fields.Text("Where to go on: `next` of the page before", longest=20),
    limit=fields.Figure("How many at most", least=1, most=100, load_default=50),
)
DonorQuestion = question(
    "DonorQuestion",
    donor=fields.Text(DONOR, longest=LONGEST, required=True),
    as_of=fields.Day("Last day that counts; left out: today in Washington"),
)
RateGiven = question(
    "RateGiven",
    currency=fields.Text(CURRENCY, longest=3, load_default=BOOK_CURRENCY),
    amount=fields.Sum(required=True),
    rate=fields.Text("US$ for one unit, as decimal text; not for US$", longest=20),
    rate_source=fields.Text("Where the rate was read", longest=LONGEST),
    rate_on=fields.Day("Day of the rate"),
)
NewPledge = question(
    "NewPledge",
    RateGiven,
    donor=fields.Text(DONOR, longest=LONGEST, required=True),
    donor_class=fields.Choice(Source, required=True),
    pledged_on=fields.Day("Left out: today in Washington"),
    due_on=fields.Day("By when all of it should arrive"),
    agreement=fields.Text("Reference of a recorded agreement", longest=20),
    quoted=fields.Text("How an instrument that is not recorded is quoted", longest=LONGEST),
)
NewCall = question(
    "NewCall",
    amount=fields.Sum(_OWN, required=True),
    due_on=fields.Day(required=True),
    seen=fields.Whole("How many calls the caller knows of; another number is a conflict"),
)
NewReceipt = question(
    "NewReceipt",
    RateGiven,
    received_on=fields.Day(required=True),
    bank_reference=fields.Text("As on the statement of the bank", longest=LONGEST, required=True),
    credited=fields.Sum("How the promise counts it, where it is in a third currency"),
)
NewDonorReceipt = question(
    "NewDonorReceipt",
    RateGiven,
    donor=fields.Text(DONOR, longest=LONGEST, required=True),
    received_on=fields.Day(required=True),
    bank_reference=fields.Text("As on the statement of the bank", longest=LONGEST, required=True),
)
NewConversion = question(
    "NewConversion",
    currency=fields.Text(CURRENCY, longest=3, required=True),
    sold=fields.Sum("In the foreign currency", required=True),
    bought=fields.Sum(_DOLLARS, required=True),
    converted_on=fields.Day(required=True),
    bank_reference=fields.Text("As on the statement of the bank", longest=LONGEST, required=True),
)
TakenBack = question("TakenBack", reason=fields.Text(longest=TEXT, required=True))
RateView = resource(
    "RateView",
    Rate,
    per_unit=fields.Text("As decimal text", attribute=""),
    source="Where it was read",
)


PledgeView = resource(
    "PledgeView",
    rows.Contribution,
    "ref donor_class pledged_on due_on",
    donor=DONOR,
    currency=fields.Text(f"{CURRENCY} of the promise", attribute="pledged.currency"),
    pledged=_OWN,
    reduced="What of it will not come",
    received=_OWN,
    outstanding="Promised and not received: never spendable",
    value="What was promised, in US$ at the rate of the promise",
    rate=one(RateView, allow_none=True),
    agreement=fields.Text(
        "Reference of a recorded agreement", allow_none=True, attribute="agreement_ref"
    ),
    quoted=fields.Text("How its instrument is quoted", allow_none=True, attribute="agreement"),
    limits=one(LimitsView),
    illustrative="Demonstration data",
)
PledgePage = resource(
    "PledgePage",
    contributions=many(PledgeView),
    next=NEXT,
)
PaymentCallView = resource("PaymentCallView", rows.Call, "number issued_on due_on", amount=_OWN)
PartView = resource(
    "PartView",
    rows.ReceiptPart,
    amount="In the currency that arrived",
    credited="In the currency of the promise",
    value=_DOLLARS,
    icr="Charged for indirect costs, in US$",
    icr_rate=fields.Formatted(rate_text, "In percent, as decimal text"),
    waiver=fields.TextOrNull("The document that waives the charge; null without one"),
)
ReceiptView = resource(
    "ReceiptView",
    rows.Receipt,
    exclude="id journal_id taken_back_on",
    donor=DONOR,
    currency=fields.Text(CURRENCY, attribute="amount.currency"),
    value=_DOLLARS,
    rate=one(RateView, allow_none=True),
    bank_account="Code of the account that it came in on",
    instructed="Whether the donor named the promise",
    parts=many(PartView),
)
PledgeDetail = resource(
    "PledgeDetail",
    PledgeView,
    calls=many(PaymentCallView),
    receipts=many(ReceiptView, "Those taken back are left out"),
)
AgeView = resource("AgeView", age=fields.Choice(OverdueBand), amount=fields.Amount(_OWN))
TakenView = resource(
    "TakenView", case=fields.Text("Reference of the case"), amount=fields.Amount(_DOLLARS)
)
StandingView = resource(
    "StandingView",
    ContributionBalance,
    exclude="contribution calls reductions returns",
    ref=fields.Text(attribute="contribution.ref"),
    currency=fields.Text(f"{CURRENCY} of the promise", attribute="contribution.pledged.currency"),
    pledged_on=fields.Day(attribute="contribution.pledged_on"),
    pledged=fields.Amount(_OWN, attribute="contribution.pledged"),
    received=_OWN,
    outstanding=_OWN,
    called=_OWN,
    overdue="What should have arrived and has not",
    ages=items_of(AgeView),
    value="What arrived, in US$",
    icr="Charged on it, in US$",
    net="What of it is for work, in US$",
    earmarked="Whether it has limits, and so an account of its own",
    available="Of its own purpose, taken by nothing; 0.00 for what went to the pool",
    taken=items_of(TakenView),
)
InKindView = resource(
    "InKindView",
    queries.InKind,
    exclude="donor donor_class spending",
    value=_DOLLARS,
    illustrative="Demonstration data",
)
DonorView = resource(
    "DonorView",
    DonorStatement,
    donor=DONOR,
    value="What arrived, in US$",
    icr="Charged on it, in US$",
    net="What of it is for work, in US$",
    illustrative="Whether any part of it is a sample",
    contributions=many(StandingView),
    receipts=many(ReceiptView),
    in_kind=many(InKindView),
)
DonorPage = resource("DonorPage", donors=fields.Several(fields.Text(DONOR)))
CallMade = resource(
    "CallMade", call=fields.Whole("Number of the call"), contribution=one(PledgeDetail)
)
Converted = resource("Converted", gain=fields.Amount("In US$; negative for a loss"))


def list_contributions(call: Call) -> object:
    """List the promises to the fund with what of them arrived."""
    asked, limit = call.query, call.query["limit"]
    donor_class = Source(asked["donor_class"]) if "donor_class" in asked else None
    found = queries.list_contributions(
        call.tx.connection,
        donor_class=donor_class,
        after=asked.get("after", ""),
        limit=limit + 1,
    )
    shown = found[:limit]
    return {
        "contributions": shown,
        "next": shown[-1].ref if len(found) > limit else None,
    }


def get_contribution(call: Call, contribution: str) -> object:
    """Read a promise with its calls and receipts."""
    connection = call.tx.connection
    found = rows.get_contribution(connection, contribution)
    calls = queries.list_calls(connection, found.ref)
    return Extended(found, calls=calls, receipts=queries.list_receipts(connection, found.ref))


def get_receipt(call: Call, receipt: str) -> object:
    """Read a receipt with the promises it was for, unless it was taken back."""
    return rows.get_receipt(call.tx.connection, receipt)


def list_donors(call: Call) -> object:
    """List everybody who promised something."""
    return {"donors": queries.list_donors(call.tx.connection)}


def get_donor_statement(call: Call) -> object:
    """Read everything that a donor promised and gave by the end of a day."""
    day = call.query.get("as_of", call.today)
    return balances.get_donor_statement(call.tx.connection, call.query["donor"], day)


def record_pledge(call: Call) -> object:
    """Record a promise to the fund; it is never spendable."""
    sent = call.body
    ref = commands.record_pledge(
        call.tx,
        sent["donor"],
        Source(sent["donor_class"]),
        amount_in(sent),
        pledged_on=sent.get("pledged_on"),
        due_on=sent.get("due_on"),
        rate=rate_in(sent),
        agreement=sent.get("quoted"),
        agreement_ref=sent.get("agreement"),
        illustrative=is_demonstration(),
    )
    return promise_now(call, ref)


def call_contribution(call: Call, contribution: str) -> object:
    """Call a part of a promise for a day."""
    given = rows.get_contribution(call.tx.connection, contribution)
    amount = amount_in(call.body, currency=given.pledged.currency)
    due_on, seen = call.body["due_on"], call.body.get("seen")
    number = issue_call(call.tx, given.ref, amount, due_on=due_on, seen=seen)
    return {"call": number, "contribution": promise_now(call, given.ref)}


def record_receipt(call: Call, contribution: str) -> object:
    """Record money that arrived for one promise, as its donor said."""
    sent = call.body
    given = rows.get_contribution(call.tx.connection, contribution)
    own = given.pledged.currency
    ref = receipts.record_receipt(
        call.tx,
        given.ref,
        amount_in(sent),
        bank_reference=sent["bank_reference"],
        received_on=sent["received_on"],
        icr=icr_rates(),
        rate=rate_in(sent),
        credited=amount_in(sent, "credited", own) if "credited" in sent else None,
    )
    return _receipt_now(call, ref)


def record_donor_receipt(call: Call) -> object:
    """Record money that arrived from a donor: it pays its promises, the oldest first."""
    sent = call.body
    arrived = BankCredit(
        amount_in(sent), sent["received_on"], sent["bank_reference"], rate_in(sent)
    )
    return _receipt_now(
        call, receipts.record_donor_receipt(call.tx, sent["donor"], arrived, icr=icr_rates())
    )


def take_receipt_back(call: Call, receipt: str) -> object:
    """Undo a receipt that was recorded by mistake; the promise stands."""
    found = rows.get_receipt(call.tx.connection, receipt)
    reverse_receipt(call.tx, receipt, reason=call.body["reason"])
    return found


def record_conversion(call: Call) -> object:
    """Record foreign money that the bank turned into US$."""
    sent = call.body
    bought = amount_in({"amount": sent["bought"]})
    sale = CurrencySale(
        amount_in(sent, "sold"), bought, sent["converted_on"], sent["bank_reference"]
    )
    return {"gain": convert_currency(call.tx, sale)}


def promise_now(call: Call, ref: str) -> object:
    """A promise as this act leaves it."""
    call.tx.flush()  # the answer shows the promise as it is now
    return get_contribution(call, ref)


def _receipt_now(call: Call, ref: str) -> object:
    call.tx.flush()  # as above
    return get_receipt(call, ref)


_ONE = "/contributions/{contribution}"
OPERATIONS = (
    _GROUP.read(list_contributions, "/contributions", PledgePage, ContributionQuestion),
    _GROUP.read(get_contribution, _ONE, PledgeDetail),
    _GROUP.read(get_receipt, "/receipts/{receipt}", ReceiptView),
    _GROUP.read(list_donors, "/donors", DonorPage),
    _GROUP.read(get_donor_statement, "/donors/statement", DonorView, DonorQuestion),
    _GROUP.act(record_pledge, "/contributions", NewPledge, PledgeDetail),
    _GROUP.act(call_contribution, f"{_ONE}/calls", NewCall, CallMade),
    _GROUP.act(record_receipt, f"{_ONE}/receipts", NewReceipt, ReceiptView),
    _GROUP.act(record_donor_receipt, "/receipts", NewDonorReceipt, ReceiptView),
    _GROUP.act(
        take_receipt_back,
        "/receipts/{receipt}/take-back",
        TakenBack,
        ReceiptView,
    ),
    _GROUP.act(record_conversion, "/conversions", NewConversion, Converted),
)
