"""Agreements by which donors give: what they say now, and what they said before."""

from __future__ import annotations

from collections.abc import Mapping

from ricomi_workflow.contributions import amendments, commands, queries, rows
from ricomi_workflow.contributions.amendments import AgreementVersion, Amendment, list_versions
from ricomi_workflow.contributions.commands import AgreementTerms
from ricomi_workflow.contributions.input_checks import LONGEST, TEXT
from ricomi_workflow.contributions.rules import Instrument, Limits, Unspent
from ricomi_workflow.kernel.errors import FieldError, Invalid
from ricomi_workflow.kernel.money import BOOK_CURRENCY
from ricomi_workflow.ledger.accounts import Source
from ricomi_workflow.reference_data.model import Term
from ricomi_workflow.web.api import fields
from ricomi_workflow.web.api.operations import Call, Group
from ricomi_workflow.web.api.resources import many, one, question, resource
from ricomi_workflow.web.api.v1.money import READERS, TREASURERS, currency_in
from ricomi_workflow.web.current_user import is_demonstration

_GROUP = Group("contributions", "/fund", READERS, TREASURERS)
CURRENCY = "ISO 4217 code"
DONOR = "ISO 3166-1 alpha-2 code of a state or observer, or the name of another donor"
_ANY = "The money pays only for these; none: for any"


NewAgreement = question(
    "NewAgreement",
    donor=fields.Text(DONOR, longest=LONGEST, required=True),
    donor_class=fields.Choice(Source, required=True),
    kind=fields.Choice(Instrument, required=True),
    reference=fields.Text("How the instrument is quoted", longest=LONGEST, required=True),
    signed_on=fields.Day(required=True),
    purpose=fields.Text(longest=TEXT, required=True),
    countries=fields.Several(fields.Country(), _ANY),
    topics=fields.Several(fields.Text(longest=40), _ANY),
    modalities=fields.Several(fields.Text(longest=40), _ANY),
    reporting_months=fields.Whole("A report is due every so many months", least=1),
    unspent=fields.Choice(Unspent, "What becomes of what is left over"),
    currency=fields.Text(CURRENCY, longest=3, load_default=BOOK_CURRENCY),
)


LimitsView = resource("LimitsView", Limits, countries=fields.Several(fields.Country()))


AgreementView = resource(
    "AgreementView",
    rows.Agreement,
    exclude="id",
    donor=DONOR,
    kind=fields.Text("agreement, mou or exchange_of_letters"),
    limits=one(LimitsView),
    unspent=fields.Text("return, extend or reassign"),
    currency=CURRENCY,
    amended_on="From when its last amendment holds",
    illustrative="Demonstration data",
)


AgreementPage = resource("AgreementPage", agreements=many(AgreementView))


def list_agreements(call: Call) -> object:
    """List the agreements by which donors give."""
    return {"agreements": queries.list_agreements(call.tx.connection)}


def get_agreement(call: Call, agreement: str) -> object:
    """Read an agreement as it is now."""
    return rows.get_agreement(call.tx.connection, agreement)


def record_agreement(call: Call) -> object:
    """Record the instrument by which a donor gives."""
    sent = call.body
    terms = AgreementTerms(
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
    ref = commands.record_agreement(
        call.tx, sent["donor"], given_class, terms, illustrative=is_demonstration()
    )
    return get_agreement(call, ref)


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


NewTerms = question(
    "NewTerms",
    reference=fields.Text("How the instrument is quoted", longest=LONGEST, required=True),
    from_on=fields.Day(required=True),
    purpose=fields.Text(longest=TEXT, required=True),
    countries=fields.Several(fields.Country(), _ANY),
    topics=fields.Several(fields.Text(longest=40), _ANY),
    modalities=fields.Several(fields.Text(longest=40), _ANY),
    reporting_months=fields.Whole("A report is due every so many months", least=1),
    unspent=fields.Choice(Unspent, "What becomes of what is left over", required=True),
    seen=fields.Whole("How many amendments the caller knows of; another number is a conflict"),
)


TermsView = resource(
    "TermsView", AgreementVersion, number="0: as it was signed", limits=one(LimitsView)
)


TermsPage = resource("TermsPage", terms=many(TermsView))


def list_agreement_terms(call: Call, agreement: str) -> object:
    """List what an agreement says from which day on, as it was signed first."""
    return {"terms": list_versions(call.tx.connection, agreement)}


def amend_agreement(call: Call, agreement: str) -> object:
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
    amendments.amend_agreement(call.tx, agreement, to, seen=sent.get("seen"))
    return list_agreement_terms(call, agreement)


_TERMS = "/agreements/{agreement}/terms"
OPERATIONS = (
    _GROUP.read(list_agreements, "/agreements", AgreementPage),
    _GROUP.read(get_agreement, "/agreements/{agreement}", AgreementView),
    _GROUP.act(record_agreement, "/agreements", NewAgreement, AgreementView),
    _GROUP.read(list_agreement_terms, _TERMS, TermsPage),
    _GROUP.act(amend_agreement, _TERMS, NewTerms, TermsPage),
)
