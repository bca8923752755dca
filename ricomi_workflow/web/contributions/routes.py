"""Contributions to the fund: lists, statements, reports, letters, and the acts that record them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

from flask import Blueprint, Response, render_template, request

from ricomi_workflow.contributions.amendments import list_versions
from ricomi_workflow.contributions.balances import (
    ContributionBalance,
    book_amount,
    get_contribution_balance,
    get_donor_statement,
    list_outstanding_by_age,
)
from ricomi_workflow.contributions.indirect_costs import (
    get_icr_report,
    icr_rates,
    icr_report_rows,
)
from ricomi_workflow.contributions.queries import (
    PAGE,
    acknowledgements_by_receipt,
    list_agreements,
    list_contributions,
    list_contributions_under,
    list_donors,
    list_receipts,
    list_waivers,
)
from ricomi_workflow.contributions.refunds import PAYERS, list_returns
from ricomi_workflow.contributions.rows import get_agreement
from ricomi_workflow.contributions.rules import OverdueBand, half_year
from ricomi_workflow.documents.letters import call_pdf, letter_language, letter_pdf
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.kernel.text import LANGUAGE_NAMES
from ricomi_workflow.statements.earmarked_use import list_earmarked_use
from ricomi_workflow.web.access import FUND_READERS, for_offices
from ricomi_workflow.web.contributions.contribution_acts import CHANGES, NEW
from ricomi_workflow.web.contributions.receipt_acts import ENDS, ON_RECORDED, RECEIPTS
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.forms.filled_form import today
from ricomi_workflow.web.fund.labels import day_asked, wording
from ricomi_workflow.web.fund.staff_act import Answer, StaffAct, show_form, submit_form
from ricomi_workflow.web.i18n import PREFIX, language, t
from ricomi_workflow.web.messages import donor_name

if TYPE_CHECKING:
    from sqlalchemy import Connection

blueprint = Blueprint("contributions", __name__, url_prefix=PREFIX)
_NEW = {**NEW, **RECEIPTS}
_OF_ONE = {**CHANGES, **ON_RECORDED, **ENDS}
Ages = Mapping[OverdueBand, Money]


@blueprint.get("/fund/desk/contributions")
@for_offices(*FUND_READERS)
def index() -> str:
    """List the contributions, fifty at a time, and the agreements."""
    after = request.args.get("after", "")
    with services().uow.read() as connection:
        found = list_contributions(connection, after=after, limit=PAGE + 1)
        agreements, donors = list_agreements(connection), _donors(connection)
    return render_template(
        "contributions/contributions.html",
        contributions=found[:PAGE],
        has_more=len(found) > PAGE,
        agreements=agreements,
        donors=donors,
        records=_records(),
        done=request.args.get("done", ""),
    )


@blueprint.get("/fund/desk/contributions/<ref>")
@for_offices(*FUND_READERS)
def contribution(ref: str) -> str:
    """Show one contribution: calls, receipts, charges, where its money is."""
    with services().uow.read() as connection:
        balance = get_contribution_balance(connection, ref, today())
        found = {
            "receipts": list_receipts(connection, ref),
            "acknowledgements": acknowledgements_by_receipt(connection, ref),
            "waivers": list_waivers(connection, ref),
            "refunds": list_returns(connection, ref),
            "uses": list_earmarked_use(connection, (balance,), today()),
        }
    return render_template(
        "contributions/contribution.html",
        balance=balance,
        given=balance.contribution,
        letters=_letters(balance.contribution.donor),
        ages_of=_ages,
        records=_records(),
        pays=actor().has(*PAYERS),
        **found,
    )


@blueprint.get("/fund/desk/agreements/<ref>")
@for_offices(*FUND_READERS)
def agreement(ref: str) -> str:
    """Show what an agreement says, what it said before, and what was given under it."""
    with services().uow.read() as connection:
        found = get_agreement(connection, ref)
        versions = list_versions(connection, ref)[::-1]
        given = list_contributions_under(connection, ref)
    return render_template(
        "contributions/agreement.html",
        agreed=found,
        versions=versions,
        contributions=given,
        records=_records(),
    )


@blueprint.get("/fund/desk/contributions/<ref>/calls/<int:number>/letter.pdf")
@for_offices(*FUND_READERS)
def call_letter(ref: str, number: int) -> Response:
    """Call for a part of a pledge by a letter, in the language of the address."""
    return _pdf(call_pdf(services(), ref, number, language()), f"{ref}-{number}")


@blueprint.get("/fund/desk/receipts/<ref>/letter.pdf")
@for_offices(*FUND_READERS)
def letter(ref: str) -> Response:
    """Acknowledge a receipt, in the language of the address."""
    return _pdf(letter_pdf(services(), ref, language()), ref)


@blueprint.get("/fund/desk/donor")
@for_offices(*FUND_READERS)
def donor() -> str:
    """Show what a donor promised and gave by the end of a day."""
    code, day = request.args.get("donor", ""), _day()
    with services().uow.read() as connection:
        statement = get_donor_statement(connection, code, day)
        uses = list_earmarked_use(connection, statement.contributions, statement.as_of)
    in_kind: dict[str, Money] = {}
    for each in statement.in_kind:
        in_kind[each.spending] = in_kind.get(each.spending, Money(0)) + each.value
    return render_template(
        "contributions/donor.html",
        statement=statement,
        today=today(),
        ages=_ages(_sum_ages(statement.contributions)),
        currencies=_by_currency(statement.contributions),
        in_kind=sorted(in_kind.items()),
        labels=wording(),
        uses=uses,
    )


@blueprint.get("/fund/desk/ageing")
@for_offices(*FUND_READERS)
def ageing() -> str:
    """Show what was promised and has not arrived, the latest first, by how late it is."""
    day = _day()
    with services().uow.read() as connection:
        found = list_outstanding_by_age(connection, day)
    ages = _sum_ages(found)
    return render_template(
        "contributions/ageing.html", as_of=day, balances=found, ages=ages, ages_of=_ages
    )


@blueprint.get("/fund/desk/icr")
@for_offices(*FUND_READERS)
def icr() -> str:
    """Show what was charged for indirect costs in half a year, and what was not."""
    first, last = half_year(_day())
    with services().uow.read() as connection:
        report = get_icr_report(connection, icr_rates(), first, last)
    half_before = date(first.year - 1, 12, 31) if first.month == 1 else date(first.year, 6, 30)
    half_after = date(last.year, 12, 31) if last.month == 6 else date(last.year + 1, 6, 30)
    return render_template(
        "contributions/indirect_costs.html",
        report=report,
        before=half_before,
        after=half_after if last < today() else None,
        confirmed=icr_rates().confirmed,
    )


@blueprint.get("/fund/desk/icr.csv")
@for_offices(*FUND_READERS)
def icr_file() -> Response:
    """The same as a file."""
    first, last = half_year(_day())
    out = io.StringIO()
    with services().uow.read() as connection:
        report = get_icr_report(connection, icr_rates(), first, last)
    csv.writer(out).writerows(icr_report_rows(report))
    found = Response(out.getvalue(), mimetype="text/csv")
    found.headers["Content-Disposition"] = f'attachment; filename="icr-{first}-{last}.csv"'
    return found


@blueprint.get("/fund/desk/<act>")
@for_offices(Role.FUND_ADMINISTRATOR)
def new(act: str) -> str:
    """Show the form of an act."""
    return show_form(_act(_NEW, act))


@blueprint.post("/fund/desk/<act>")
@for_offices(Role.FUND_ADMINISTRATOR)
def record(act: str) -> Answer:
    """Confirm an act, then record it."""
    return submit_form(_act(_NEW, act))


@blueprint.get("/fund/desk/contributions/<ref>/<act>")
@for_offices(Role.FUND_ADMINISTRATOR)
def new_of(ref: str, act: str) -> str:
    """Show the form of an act on a contribution, a receipt or an agreement."""
    return show_form(_act(_OF_ONE, act), ref)


@blueprint.post("/fund/desk/contributions/<ref>/<act>")
@for_offices(Role.FUND_ADMINISTRATOR)
def record_of(ref: str, act: str) -> Answer:
    """Confirm such an act, then record it."""
    return submit_form(_act(_OF_ONE, act), ref)


@blueprint.get("/fund/desk/returns/<ref>/<act>")
@for_offices(*PAYERS)
def new_end(ref: str, act: str) -> str:
    """Show the form in which a refund is paid or cancelled."""
    return show_form(_act(ENDS, act), ref)


@blueprint.post("/fund/desk/returns/<ref>/<act>")
@for_offices(*PAYERS)
def end(ref: str, act: str) -> Answer:
    """Confirm that a refund is paid or cancelled, then record it."""
    return submit_form(_act(ENDS, act), ref)


def _act(acts: Mapping[str, StaffAct], name: str) -> StaffAct:
    """The act of this name. Raises `NotFound`."""
    if name not in acts:
        raise NotFound("act", name)
    return acts[name]


def _pdf(made: bytes, name: str) -> Response:
    """A letter in the language of the address, which no cache on the way stores."""
    found = Response(made, mimetype="application/pdf")
    whole = f"{name}-{language()}.pdf"
    found.headers["Content-Disposition"] = f'attachment; filename="{whole}"'
    found.headers["Cache-Control"] = "private, no-store"
    return found


def _records() -> bool:
    """Whether the reader records contributions."""
    return actor().has(Role.FUND_ADMINISTRATOR)


def _day() -> date:
    """The past day that the address names; today for anything else."""
    return day_asked(request.args.get("as_of", ""))


def _donors(connection: Connection) -> list[str]:
    """Everybody who gave, in the order of their names."""
    return sorted(list_donors(connection), key=donor_name)


def _letters(donor: str) -> list[tuple[str, str]]:
    """The languages of letters with their names, that of the donor first."""
    first = letter_language(donor)
    return sorted(LANGUAGE_NAMES.items(), key=lambda each: each[0] != first)


def _sum_ages(balances: Iterable[ContributionBalance]) -> Ages:
    """What is outstanding by how late it is, in US$."""
    sums: dict[OverdueBand, Money] = {}
    for each in balances:
        for age, amount in each.ages.items():
            sums[age] = sums.get(age, Money(0)) + book_amount(amount, each.contribution)
    return sums


def _ages(found: Ages) -> list[tuple[str, Money]]:
    """The bands with their labels, in the order of ages."""
    return [(t(f"contributions.age_{age}"), found[age]) for age in OverdueBand if age in found]


def _by_currency(
    balances: Iterable[ContributionBalance],
) -> list[tuple[str, list[ContributionBalance]]]:
    def currency(each: ContributionBalance) -> str:
        return each.received.currency

    return [(code, list(own)) for code, own in groupby(sorted(balances, key=currency), currency)]
