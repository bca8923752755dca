"""What is given to the fund: agreements, promises, calls, receipts, a donor on a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from ricomi_workflow.contributions import queries
from ricomi_workflow.contributions.balances import Standing, donor_statement
from ricomi_workflow.contributions.commands import Terms, agree, call_in, pledge
from ricomi_workflow.contributions.currency_exchange import Sale, convert
from ricomi_workflow.contributions.indirect_costs import percent, shipped
from ricomi_workflow.contributions.receipts import Arrived, receive, receive_from, take_back
from ricomi_workflow.contributions.rules import Instrument, Limits, Rate, Unspent
from ricomi_workflow.kernel.errors import FieldError, Invalid
from ricomi_workflow.ledger.accounts import Source
from ricomi_workflow.reference_data.model import Term
from ricomi_workflow.web.api.operations import Call, Group
from ricomi_workflow.web.api.schemas import contributions as shapes
from ricomi_workflow.web.api.v1.money import READERS, TREASURERS, amount_in, currency_in, rate_in
from ricomi_workflow.web.current_user import is_demonstration

Shape = Mapping[str, object]
_GROUP = Group("contributions", "/fund", READERS, TREASURERS)


def list_agreements(call: Call) -> Shape:
    """List the agreements by which donors give."""
    return {"agreements": [_agreement(x) for x in queries.list_agreements(call.tx.connection)]}


def get_agreement(call: Call, agreement: str) -> Shape:
    """Read an agreement as it is now."""
    return _agreement(queries.get_agreement(call.tx.connection, agreement))


def list_contributions(call: Call) -> Shape:
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
        "contributions": [_contribution(each) for each in shown],
        "next": shown[-1].ref if len(found) > limit else None,
    }


def get_contribution(call: Call, contribution: str) -> Shape:
    """Read a promise with its calls and receipts."""
    connection = call.tx.connection
    found = queries.get_contribution(connection, contribution)
    return {
        **_contribution(found),
        "calls": [_call(each) for each in queries.calls_of(connection, found.ref)],
        "receipts": [_receipt(each) for each in queries.receipts_of(connection, found.ref)],
    }


def get_receipt(call: Call, receipt: str) -> Shape:
    """Read a receipt with the promises it was for, unless it was taken back."""
    return _receipt(queries.get_receipt(call.tx.connection, receipt))


def list_donors(call: Call) -> Shape:
    """List everybody who promised something."""
    return {"donors": queries.list_donors(call.tx.connection)}


def get_donor_statement(call: Call) -> Shape:
    """Read everything that a donor promised and gave by the end of a day."""
    day = call.query.get("as_of", call.today)
    found = donor_statement(call.tx.connection, call.query["donor"], day)
    same = ("donor", "as_of", "illustrative")
    return {
        **{name: getattr(found, name) for name in same},
        **{name: str(getattr(found, name)) for name in ("value", "icr", "net")},
        "contributions": [_standing(each) for each in found.contributions],
        "receipts": [_receipt(each) for each in found.receipts],
        "in_kind": [in_kind_told(each) for each in found.in_kind],
    }


def record_agreement(call: Call) -> Shape:
    """Record the instrument by which a donor gives."""
    sent = call.body
    terms = Terms(
        kind=Instrument(sent["kind"]),
        reference=sent["reference"],
        signed_on=sent["signed_on"],
        purpose=sent["purpose"],
        limits=limits_in(call),
        reporting_months=sent.get("reporting_months"),
        unspent=Unspent(sent.get("unspent", Unspent.RETURN)),
        currency=currency_in(sent),
    )
    given_class = Source(sent["donor_class"])
    ref = agree(call.tx, sent["donor"], given_class, terms, illustrative=is_demonstration())
    return get_agreement(call, ref)


def record_pledge(call: Call) -> Shape:
    """Record a promise to the fund; it is never spendable."""
    sent = call.body
    ref = pledge(
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


def call_contribution(call: Call, contribution: str) -> Shape:
    """Call a part of a promise for a day."""
    given = queries.get_contribution(call.tx.connection, contribution)
    amount = amount_in(call.body, currency=given.pledged.currency)
    due_on, seen = call.body["due_on"], call.body.get("seen")
    number = call_in(call.tx, given.ref, amount, due_on=due_on, seen=seen)
    return {"call": number, "contribution": promise_now(call, given.ref)}


def record_receipt(call: Call, contribution: str) -> Shape:
    """Record money that arrived for one promise, as its donor said."""
    sent = call.body
    given = queries.get_contribution(call.tx.connection, contribution)
    own = given.pledged.currency
    ref = receive(
        call.tx,
        given.ref,
        amount_in(sent),
        bank_reference=sent["bank_reference"],
        received_on=sent["received_on"],
        icr=shipped(),
        rate=rate_in(sent),
        credited=amount_in(sent, "credited", own) if "credited" in sent else None,
    )
    return _receipt_now(call, ref)


def record_donor_receipt(call: Call) -> Shape:
    """Record money that arrived from a donor: it pays its promises, the oldest first."""
    sent = call.body
    arrived = Arrived(amount_in(sent), sent["received_on"], sent["bank_reference"], rate_in(sent))
    return _receipt_now(call, receive_from(call.tx, sent["donor"], arrived, icr=shipped()))


def take_receipt_back(call: Call, receipt: str) -> Shape:
    """Undo a receipt that was recorded by mistake; the promise stands."""
    found = _receipt(queries.get_receipt(call.tx.connection, receipt))
    take_back(call.tx, receipt, reason=call.body["reason"])
    return found


def record_conversion(call: Call) -> Shape:
    """Record foreign money that the bank turned into US$."""
    sent = call.body
    bought = amount_in({"amount": sent["bought"]})
    sale = Sale(amount_in(sent, "sold"), bought, sent["converted_on"], sent["bank_reference"])
    return {"gain": str(convert(call.tx, sale))}


def limits_in(call: Call) -> Limits:
    """What money was said to be for. Raises `Invalid` for what no list has."""
    known: Mapping[str, tuple[Term, ...]] = {
        "topics": call.services.reference.topics,
        "modalities": call.services.reference.modalities,
    }
    wrong = [
        FieldError(name, "not_an_option", {"value": value})
        for name, options in known.items()
        for value in call.body.get(name, ())
        if value not in {option.value for option in options}
    ]
    if wrong:
        raise Invalid(wrong)
    names = ("countries", "topics", "modalities")
    return Limits(*(tuple(call.body.get(name, ())) for name in names))


def promise_now(call: Call, ref: str) -> Shape:
    """A promise as this act leaves it."""
    call.tx.flush()  # the answer shows the promise as it is now
    return get_contribution(call, ref)


def _receipt_now(call: Call, ref: str) -> Shape:
    call.tx.flush()  # as above
    return get_receipt(call, ref)


def _agreement(found: queries.Agreement) -> Shape:
    return {**_plain(found), "limits": limits_told(found.limits)}


def _contribution(found: queries.Contribution) -> Shape:
    amounts = ("pledged", "reduced", "received", "outstanding", "value")
    same = ("ref", "donor", "donor_class", "pledged_on", "due_on", "illustrative")
    return {
        **{name: getattr(found, name) for name in same},
        **{name: str(getattr(found, name)) for name in amounts},
        "currency": found.pledged.currency,
        "rate": _rate(found.rate),
        "agreement": found.agreement_ref,
        "quoted": found.agreement,
        "limits": limits_told(found.limits),
    }


def _receipt(found: queries.Receipt) -> Shape:
    parts = [
        {
            **_plain(each),
            **{n: str(getattr(each, n)) for n in ("amount", "credited", "value", "icr")},
            "icr_rate": percent(each.icr_rate),
            "waiver": each.waiver or None,
        }
        for each in found.parts
    ]
    return {
        **_plain(found),
        "currency": found.amount.currency,
        "amount": str(found.amount),
        "value": str(found.value),
        "rate": _rate(found.rate),
        "parts": parts,
    }


def _standing(found: Standing) -> Shape:
    given = found.contribution
    own = ("received", "outstanding", "called", "overdue", "value", "icr", "net", "available")
    return {
        "ref": given.ref,
        "currency": given.pledged.currency,
        "pledged_on": given.pledged_on,
        "pledged": str(given.pledged),
        **{name: str(getattr(found, name)) for name in own},
        "earmarked": found.earmarked,
        "ages": [{"age": age, "amount": str(amount)} for age, amount in found.ages.items()],
        "taken": [{"case": ref, "amount": str(x)} for ref, x in found.taken.items()],
    }


def _call(found: queries.Call) -> Shape:
    return {**_plain(found), "amount": str(found.amount)}


def _rate(found: Rate | None) -> Shape | None:
    return {"per_unit": str(found), "source": found.source, "on": found.on} if found else None


def limits_told(found: Limits) -> Shape:
    """What money is for."""
    return asdict(found)


def in_kind_told(found: queries.InKind) -> Shape:
    """A gift beside money."""
    return {**_plain(found), "value": str(found.value)}


def _plain(found: object) -> dict[str, object]:
    """The fields of a row by name; the shape of the answer takes those that it tells."""
    return {name: getattr(found, name) for name in getattr(found, "__slots__", ())}


_ONE = "/contributions/{contribution}"
OPERATIONS = (
    _GROUP.read(list_agreements, "/agreements", shapes.AgreementPage),
    _GROUP.read(get_agreement, "/agreements/{agreement}", shapes.AgreementView),
    _GROUP.read(
        list_contributions, "/contributions", shapes.PledgePage, shapes.ContributionQuestion
    ),
    _GROUP.read(get_contribution, _ONE, shapes.PledgeDetail),
    _GROUP.read(get_receipt, "/receipts/{receipt}", shapes.ReceiptView),
    _GROUP.read(list_donors, "/donors", shapes.DonorPage),
    _GROUP.read(get_donor_statement, "/donors/statement", shapes.DonorView, shapes.DonorQuestion),
    _GROUP.act(record_agreement, "/agreements", shapes.NewAgreement, shapes.AgreementView),
    _GROUP.act(record_pledge, "/contributions", shapes.NewPledge, shapes.PledgeDetail),
    _GROUP.act(call_contribution, f"{_ONE}/calls", shapes.NewCall, shapes.CallMade),
    _GROUP.act(record_receipt, f"{_ONE}/receipts", shapes.NewReceipt, shapes.ReceiptView),
    _GROUP.act(record_donor_receipt, "/receipts", shapes.NewDonorReceipt, shapes.ReceiptView),
    _GROUP.act(
        take_receipt_back,
        "/receipts/{receipt}/take-back",
        shapes.TakenBack,
        shapes.ReceiptView,
    ),
    _GROUP.act(record_conversion, "/conversions", shapes.NewConversion, shapes.Converted),
)
