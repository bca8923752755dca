"""Shapes of what becomes of a gift: terms, reductions, waivers, returns; and gifts in kind."""

from __future__ import annotations

from marshmallow import fields

from ricomi_workflow.contributions.input_checks import DOCUMENT, LONGEST, TEXT
from ricomi_workflow.contributions.pledge_reductions import Reduced
from ricomi_workflow.contributions.refunds import Ended
from ricomi_workflow.contributions.rules import Beside, Unspent
from ricomi_workflow.ledger.accounts import Source
from ricomi_workflow.web.api.fields import (
    Amount,
    Answer,
    Choice,
    Country,
    Day,
    Question,
    Several,
    Sum,
    Text,
    Whole,
)
from ricomi_workflow.web.api.schemas.contributions import InKindView, LimitsView

_DOLLARS = "In US$"
_ANY = "The money pays only for these; none: for any"
_RULES = tuple(str(each) for each in Unspent)


class NewTerms(Question):
    """What an agreement says from a day on: all of it, also what stays."""

    reference = Text("How the instrument is quoted", longest=LONGEST, required=True)
    from_on = Day(required=True)
    purpose = Text(longest=TEXT, required=True)
    countries = Several(Country(), _ANY)
    topics = Several(Text(longest=40), _ANY)
    modalities = Several(Text(longest=40), _ANY)
    reporting_months = Whole("A report is due every so many months", least=1)
    unspent = Choice(_RULES, "What becomes of what is left over", required=True)
    seen = Whole("How many amendments the caller knows of; another number is a conflict")


class NewReduction(Question):
    """What of a promise will not come."""

    kind = Choice(tuple(str(each) for each in Reduced), required=True)
    amount = Sum("In the currency of the promise", required=True)
    reduced_on = Day(required=True)
    reason = Text(longest=TEXT, required=True)
    document = Text("What proves it", longest=DOCUMENT, required=True)


class NewWaiver(Question):
    """Another share for indirect costs, by a decision."""

    rate = Text("In percent, as decimal text; 0 charges nothing", longest=10, required=True)
    from_on = Day(required=True)
    reason = Text(longest=TEXT, required=True)
    document = Text("What decides so", longest=DOCUMENT, required=True)


class NewReturn(Question):
    """What is left of a gift and goes back to its donor."""

    amount = Sum(_DOLLARS, required=True)
    document = Text("What says that it goes back", longest=DOCUMENT, required=True)


class ReturnPaid(Question):
    """What the bank shows of a return that was prepared."""

    paid_on = Day(required=True)
    bank_reference = Text("As on the statement of the bank", longest=LONGEST, required=True)
    evidence = Text("What proves it", longest=TEXT, required=True)


class NewInKind(Question):
    """Something given beside the money of the fund."""

    donor = Text("State or observer by its code, or another donor by its name", longest=LONGEST,
                 required=True)  # fmt: skip
    donor_class = Choice(tuple(str(each) for each in Source), required=True)
    kind = Choice(tuple(str(each) for each in Beside), required=True)
    description = Text(longest=TEXT, required=True)
    value = Sum(_DOLLARS, required=True)
    valued_by = Text("How the value was found", longest=TEXT, required=True)
    given_on = Day(required=True)


class TermsView(Answer):
    """What an agreement says from a day on."""

    number = Whole("0: as it was signed")
    reference = Text()
    from_on = Day()
    purpose = Text()
    limits = fields.Nested(LimitsView)
    reporting_months = Whole(allow_none=True)
    unspent = Choice(_RULES)


class TermsPage(Answer):
    """The terms of an agreement, the oldest first."""

    terms = Several(fields.Nested(TermsView))


class ReturnView(Answer):
    """What of a gift goes back to its donor."""

    ref = Text()
    contribution = Text()
    donor = Text()
    amount = Amount(_DOLLARS)
    prepared_on = Day()
    document = Text()
    state = Choice(("waiting", *(str(each) for each in Ended)))
    ended_on = Day(allow_none=True)
    bank_reference = Text(allow_none=True)
    evidence = Text(allow_none=True)
    reason = Text("Why it was taken back", allow_none=True)


class ReturnPage(Answer):
    """Returns by reference."""

    returns = Several(fields.Nested(ReturnView))


class InKindPage(Answer):
    """Gifts beside money."""

    in_kind = Several(fields.Nested(InKindView))
