"""Shapes of what is given to the fund: agreements, pledges, calls, receipts, a donor on a day."""

from __future__ import annotations

from marshmallow import fields

from ricomi_workflow.contributions.rules import Age, Beside, Instrument, Unspent
from ricomi_workflow.kernel.money import BOOK_CURRENCY
from ricomi_workflow.ledger.accounts import Source
from ricomi_workflow.web.api.fields import (
    Amount,
    Answer,
    Choice,
    Country,
    Day,
    Figure,
    Flag,
    Question,
    Several,
    Sum,
    Text,
    Whole,
)

_CLASSES = tuple(str(each) for each in Source)
_DONOR = "ISO 3166-1 alpha-2 code of a state or observer, or the name of another donor"
_CURRENCY = "ISO 4217 code"
_OWN = "In the currency of the promise"
_DOLLARS = "In US$"
_TEXT, _TITLE, _DOCUMENT = 2_000, 120, 200


class ContributionQuestion(Question):
    """Which contributions to list."""

    donor_class = Choice(_CLASSES, "Only of donors of this class")
    after = Text("Where to go on: `next` of the page before", longest=20)
    limit = Figure("How many at most", least=1, most=100, load_default=50)


class DonorQuestion(Question):
    """Which donor, and for which day."""

    donor = Text(_DONOR, longest=_TITLE, required=True)
    as_of = Day("Last day that counts; left out: today in Washington")


class RateGiven(Question):
    """An amount, and what one unit of another currency than US$ is worth."""

    currency = Text(_CURRENCY, longest=3, load_default=BOOK_CURRENCY)
    amount = Sum(required=True)
    rate = Text("US$ for one unit, as decimal text; not for US$", longest=20)
    rate_source = Text("Where the rate was read", longest=_TITLE)
    rate_on = Day("Day of the rate")


class NewAgreement(Question):
    """The instrument by which a donor gives."""

    donor = Text(_DONOR, longest=_TITLE, required=True)
    donor_class = Choice(_CLASSES, required=True)
    kind = Choice(tuple(str(each) for each in Instrument), required=True)
    reference = Text("How the instrument is quoted", longest=_TITLE, required=True)
    signed_on = Day(required=True)
    purpose = Text(longest=_TEXT, required=True)
    countries = Several(Country(), "The money pays only for these; none: for any")
    topics = Several(Text(longest=40), "The money pays only for these; none: for any")
    modalities = Several(Text(longest=40), "The money pays only for these; none: for any")
    reporting_months = Whole("A report is due every so many months", least=1)
    unspent = Choice(tuple(str(each) for each in Unspent), "What becomes of what is left over")
    currency = Text(_CURRENCY, longest=3, load_default=BOOK_CURRENCY)


class NewPledge(RateGiven):
    """A promise to the fund."""

    donor = Text(_DONOR, longest=_TITLE, required=True)
    donor_class = Choice(_CLASSES, required=True)
    pledged_on = Day("Left out: today in Washington")
    due_on = Day("By when all of it should arrive")
    agreement = Text("Reference of a recorded agreement", longest=20)
    quoted = Text("How an instrument that is not recorded is quoted", longest=_TITLE)


class NewCall(Question):
    """A part of a promise that is called for a day."""

    amount = Sum(_OWN, required=True)
    due_on = Day(required=True)
    seen = Whole("How many calls the caller knows of; another number is a conflict")


class NewReceipt(RateGiven):
    """Money that arrived for one promise."""

    received_on = Day(required=True)
    bank_reference = Text("As on the statement of the bank", longest=_TITLE, required=True)
    credited = Sum("How the promise counts it, where it is in a third currency")


class NewDonorReceipt(RateGiven):
    """Money that arrived from a donor: it pays its promises, the oldest first."""

    donor = Text(_DONOR, longest=_TITLE, required=True)
    received_on = Day(required=True)
    bank_reference = Text("As on the statement of the bank", longest=_TITLE, required=True)


class NewConversion(Question):
    """Foreign money that the bank turned into US$."""

    currency = Text(_CURRENCY, longest=3, required=True)
    sold = Sum("In the foreign currency", required=True)
    bought = Sum(_DOLLARS, required=True)
    converted_on = Day(required=True)
    bank_reference = Text("As on the statement of the bank", longest=_TITLE, required=True)


class TakenBack(Question):
    """Why what was recorded by mistake is taken back."""

    reason = Text(longest=_TEXT, required=True)


class RateView(Answer):
    """What one unit of a currency is worth in US$."""

    per_unit = Text("As decimal text")
    source = Text("Where it was read")
    on = Day()


class LimitsView(Answer):
    """What money may be spent on; an empty list sets no limit."""

    countries = Several(Country())
    topics = Several(Text())
    modalities = Several(Text())


class AgreementView(Answer):
    """An agreement as it is now."""

    ref = Text()
    donor = Text(_DONOR)
    donor_class = Choice(_CLASSES)
    kind = Text("agreement, mou or exchange_of_letters")
    reference = Text()
    signed_on = Day()
    purpose = Text()
    limits = fields.Nested(LimitsView)
    reporting_months = Whole(allow_none=True)
    unspent = Text("return, extend or reassign")
    currency = Text(_CURRENCY)
    amended_on = Day("From when its last amendment holds", allow_none=True)
    illustrative = Flag("Demonstration data")


class AgreementPage(Answer):
    """The agreements by reference."""

    agreements = Several(fields.Nested(AgreementView))


class PledgeView(Answer):
    """A contribution as it stands now."""

    ref = Text()
    donor = Text(_DONOR)
    donor_class = Choice(_CLASSES)
    currency = Text(f"{_CURRENCY} of the promise")
    pledged = Amount(_OWN)
    reduced = Amount("What of it will not come")
    received = Amount(_OWN)
    outstanding = Amount("Promised and not received: never spendable")
    value = Amount("What was promised, in US$ at the rate of the promise")
    rate = fields.Nested(RateView, allow_none=True)
    pledged_on = Day()
    due_on = Day(allow_none=True)
    agreement = Text("Reference of a recorded agreement", allow_none=True)
    quoted = Text("How its instrument is quoted", allow_none=True)
    limits = fields.Nested(LimitsView)
    illustrative = Flag("Demonstration data")


class PledgePage(Answer):
    """Contributions by reference."""

    contributions = Several(fields.Nested(PledgeView))
    next = Text("Cursor of the next page; null on the last one", allow_none=True)


class PaymentCallView(Answer):
    """A part of a promise that was called."""

    number = Whole()
    amount = Amount(_OWN)
    issued_on = Day()
    due_on = Day()


class PartView(Answer):
    """What of a receipt was for one promise."""

    contribution = Text()
    amount = Amount("In the currency that arrived")
    credited = Amount("In the currency of the promise")
    value = Amount(_DOLLARS)
    icr = Amount("Charged for indirect costs, in US$")
    icr_rate = Text("In percent, as decimal text")
    waiver = Text("The document that waives the charge; null without one", allow_none=True)


class ReceiptView(Answer):
    """Money that arrived, with the promises it was for."""

    ref = Text()
    donor = Text(_DONOR)
    donor_class = Choice(_CLASSES)
    currency = Text(_CURRENCY)
    amount = Amount()
    value = Amount(_DOLLARS)
    rate = fields.Nested(RateView, allow_none=True)
    received_on = Day()
    bank_account = Text("Code of the account that it came in on")
    bank_reference = Text()
    instructed = Flag("Whether the donor named the promise")
    parts = Several(fields.Nested(PartView))


class PledgeDetail(PledgeView):
    """A contribution with its calls and receipts."""

    calls = Several(fields.Nested(PaymentCallView))
    receipts = Several(fields.Nested(ReceiptView), "Those taken back are left out")


class AgeView(Answer):
    """What of a promise has not arrived, by how late it is."""

    age = Choice(tuple(str(each) for each in Age))
    amount = Amount(_OWN)


class TakenView(Answer):
    """What a case took of money for a purpose."""

    case = Text("Reference of the case")
    amount = Amount(_DOLLARS)


class StandingView(Answer):
    """One contribution on a day."""

    ref = Text()
    currency = Text(f"{_CURRENCY} of the promise")
    pledged_on = Day()
    pledged = Amount(_OWN)
    received = Amount(_OWN)
    outstanding = Amount(_OWN)
    called = Amount(_OWN)
    overdue = Amount("What should have arrived and has not")
    ages = Several(fields.Nested(AgeView))
    value = Amount("What arrived, in US$")
    icr = Amount("Charged on it, in US$")
    net = Amount("What of it is for work, in US$")
    earmarked = Flag("Whether it has limits, and so an account of its own")
    available = Amount("Of its own purpose, taken by nothing; 0.00 for what went to the pool")
    taken = Several(fields.Nested(TakenView))


class InKindView(Answer):
    """Something given beside the money of the fund."""

    ref = Text()
    kind = Choice(tuple(str(each) for each in Beside))
    description = Text()
    value = Amount(_DOLLARS)
    valued_by = Text()
    given_on = Day()
    illustrative = Flag("Demonstration data")


class DonorView(Answer):
    """Everything that one donor promised and gave by the end of a day."""

    donor = Text(_DONOR)
    as_of = Day()
    value = Amount("What arrived, in US$")
    icr = Amount("Charged on it, in US$")
    net = Amount("What of it is for work, in US$")
    illustrative = Flag("Whether any part of it is a sample")
    contributions = Several(fields.Nested(StandingView))
    receipts = Several(fields.Nested(ReceiptView))
    in_kind = Several(fields.Nested(InKindView))


class DonorPage(Answer):
    """Everybody who promised something."""

    donors = Several(Text(_DONOR))


class CallMade(Answer):
    """A promise of which a part was called."""

    call = Whole("Number of the call")
    contribution = fields.Nested(PledgeDetail)


class Converted(Answer):
    """What a sale of foreign money brought beyond its value in the books."""

    gain = Amount("In US$; negative for a loss")
