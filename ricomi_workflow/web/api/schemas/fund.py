"""The shapes of the fund's public statement."""

from __future__ import annotations

from marshmallow import fields

from ricomi_workflow.ledger.accounts import Source
from ricomi_workflow.web.api.fields import (
    Amount,
    Answer,
    Choice,
    Country,
    Day,
    Flag,
    Question,
    Several,
    Text,
    Whole,
    Words,
)

_SOURCES = tuple(str(source) for source in Source)


class StatementQuestion(Question):
    """For which day."""

    as_of = Day("Last day that counts; left out: today in Washington")


class BySource(Answer):
    """An amount for each class of donors."""

    member_states = Amount()
    permanent_observers = Amount()
    other = Amount()


class YearReceived(Answer):
    """What one class of donors gave in one year."""

    year = Whole()
    donor_class = Choice(_SOURCES, attribute="class", data_key="class")
    amount = Amount()


class ContributionView(Answer):
    """One contribution as it stood on the day."""

    ref = Text()
    donor = Text("ISO 3166-1 alpha-2 code of a state or observer, or a name")
    donor_class = Choice(_SOURCES, attribute="class", data_key="class")
    pledged_on = Text("Day of the promise", metadata={"format": "date"})
    pledged = Amount()
    received = Amount()
    outstanding = Amount("Promised and not received: never spendable")
    illustrative = Flag("Whether it is a sample")
    agreement = Text(allow_none=True)


class ProjectView(Answer):
    """The money of one funded case as it stood on the day."""

    ref = Text("Reference of the case")
    country = Country()
    title = Words()
    illustrative = Flag("Whether it is a sample")
    granted = Amount("What was committed when it was funded")
    reserved = Amount()
    committed = Amount("Still to be paid")
    disbursed = Amount("Paid, less what came back")
    advances = Amount("Paid and not yet accounted for")
    spent = Amount()


class ProofView(Answer):
    """Two sums that must agree."""

    name = Text()
    left = Amount()
    right = Amount()
    holds = Flag()


class RecordedLater(Answer):
    """What facts up to the day add to a kind of account that were recorded after it."""

    kind = Text("Kind of account, as in `reference/chart.yaml`")
    amount = Amount()


class StatementView(Answer):
    """The account of the fund at the end of a day."""

    as_of = Text("The day", metadata={"format": "date"})
    currency = Text("ISO 4217 code")
    illustrative = Flag("Whether any part of it is a sample")
    cash = Amount()
    pledged = Amount()
    received = Amount()
    outstanding = Amount("Promised and not received: never spendable")
    available = Amount("Received and taken by nothing yet")
    reserved = Amount("Set aside while the committee votes, in all")
    committed = Amount("Promised to approved cases and still to be paid")
    disbursed = Amount("Paid, less what came back")
    advances = Amount("Paid and not yet accounted for")
    spent = Amount()
    icr = Amount("Indirect cost recovery charged on what arrived")
    exchange = Amount("Gained, less lost, on money of other currencies")
    operations = Amount("Spent by the fund itself")
    due_to_donors = Amount("Unspent, to be returned")
    returned = Amount("Unspent, paid back to donors")
    available_by_source = fields.Nested(BySource)
    received_by_class = fields.Nested(BySource)
    received_by_year = Several(fields.Nested(YearReceived))
    contributions = Several(fields.Nested(ContributionView))
    projects = Several(fields.Nested(ProjectView), "Funded cases only")
    proofs = Several(fields.Nested(ProofView))
    recorded_later = Several(
        fields.Nested(RecordedLater), "What a statement that was made on the day did not have"
    )
