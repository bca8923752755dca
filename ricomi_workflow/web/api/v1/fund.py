"""The public statement of the fund."""

from __future__ import annotations

from collections.abc import Mapping

from ricomi_workflow.ledger.accounts import Source
from ricomi_workflow.statements.ledger_facts import late_entries_json, sum_late_entries
from ricomi_workflow.statements.statement import get_public_statement, statement_json
from ricomi_workflow.web.api import fields
from ricomi_workflow.web.api.operations import Call, Group
from ricomi_workflow.web.api.resources import many, one, question, resource

StatementQuestion = question(
    "StatementQuestion", as_of=fields.Day("Last day that counts; left out: today in Washington")
)
BySource = resource(
    "BySource",
    member_states=fields.Amount(),
    permanent_observers=fields.Amount(),
    other=fields.Amount(),
)
YearReceived = resource(
    "YearReceived",
    year=fields.Whole(),
    donor_class=fields.Choice(Source, attribute="class", data_key="class"),
    amount=fields.Amount(),
)
ContributionView = resource(
    "ContributionView",
    ref=fields.Text(),
    donor=fields.Text("ISO 3166-1 alpha-2 code of a state or observer, or a name"),
    donor_class=fields.Choice(Source, attribute="class", data_key="class"),
    pledged_on=fields.Text("Day of the promise", metadata={"format": "date"}),
    pledged=fields.Amount(),
    received=fields.Amount(),
    outstanding=fields.Amount("Promised and not received: never spendable"),
    illustrative=fields.Flag("Whether it is a sample"),
    agreement=fields.Text(allow_none=True),
)
ProjectView = resource(
    "ProjectView",
    ref=fields.Text("Reference of the case"),
    country=fields.Country(),
    title=fields.Words(),
    illustrative=fields.Flag("Whether it is a sample"),
    granted=fields.Amount("What was committed when it was funded"),
    reserved=fields.Amount(),
    committed=fields.Amount("Still to be paid"),
    disbursed=fields.Amount("Paid, less what came back"),
    advances=fields.Amount("Paid and not yet accounted for"),
    spent=fields.Amount(),
)
ProofView = resource(
    "ProofView",
    name=fields.Text(),
    left=fields.Amount(),
    right=fields.Amount(),
    holds=fields.Flag(),
)
RecordedLater = resource(
    "RecordedLater",
    kind=fields.Text("Kind of account, as in `reference/chart.yaml`"),
    amount=fields.Amount(),
)
StatementView = resource(
    "StatementView",
    as_of=fields.Text("The day", metadata={"format": "date"}),
    currency=fields.Text("ISO 4217 code"),
    illustrative=fields.Flag("Whether any part of it is a sample"),
    cash=fields.Amount(),
    pledged=fields.Amount(),
    received=fields.Amount(),
    outstanding=fields.Amount("Promised and not received: never spendable"),
    available=fields.Amount("Received and taken by nothing yet"),
    reserved=fields.Amount("Set aside while the committee votes, in all"),
    committed=fields.Amount("Promised to approved cases and still to be paid"),
    disbursed=fields.Amount("Paid, less what came back"),
    advances=fields.Amount("Paid and not yet accounted for"),
    spent=fields.Amount(),
    icr=fields.Amount("Indirect cost recovery charged on what arrived"),
    exchange=fields.Amount("Gained, less lost, on money of other currencies"),
    operations=fields.Amount("Spent by the fund itself"),
    due_to_donors=fields.Amount("Unspent, to be returned"),
    returned=fields.Amount("Unspent, paid back to donors"),
    available_by_source=one(BySource),
    received_by_class=one(BySource),
    received_by_year=many(YearReceived),
    contributions=many(ContributionView),
    projects=many(ProjectView, "Funded cases only"),
    proofs=many(ProofView),
    recorded_later=many(RecordedLater, "What a statement that was made on the day did not have"),
)


def get_statement(call: Call) -> Mapping[str, object]:
    """Read what was given, what it is for and what is left, at the end of a day."""
    day = call.query.get("as_of", call.today)
    told = statement_json(get_public_statement(call.tx.connection, day))
    zone = call.services.calendar.zone
    later = sum_late_entries(call.tx.connection, day, zone) if day < call.today else {}
    return {**told, "recorded_later": late_entries_json(later)}


_GROUP = Group("fund")
OPERATIONS = (_GROUP.public(get_statement, "/fund/statement", StatementView, StatementQuestion),)
