"""The fund as its page shows it: every figure from one statement, every sum from its parts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from flask import url_for

from ricomi_workflow.contributions.indirect_costs import icr_rates, rate_label
from ricomi_workflow.kernel.money import Money, total
from ricomi_workflow.kernel.text import Shown, join_clauses
from ricomi_workflow.ledger.accounts import Kind, Source
from ricomi_workflow.localization import formats
from ricomi_workflow.reference_data.country_names import sort_key
from ricomi_workflow.statements.breakdowns import FUND
from ricomi_workflow.statements.ledger_facts import sum_late_entries
from ricomi_workflow.statements.statement import FundStatement, Project, StatementContribution
from ricomi_workflow.web.case_labels import case_title
from ricomi_workflow.web.components import AccountRow, BarChart, BarRow, Headline, Share
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.fund.fund_facts_view import FundFacts
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.messages import donor_name
from ricomi_workflow.web.statements.postings_view import postings_href

if TYPE_CHECKING:
    from sqlalchemy import Connection

_LISTED = 20


@dataclass(frozen=True, slots=True)
class DonorRow:
    """What one donor promised and gave."""

    name: str
    donor_class: str
    pledged: Money
    received: Money
    outstanding: Money
    illustrative: bool


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """The money of one project."""

    ref: str
    title: Shown
    country: str
    href: str
    granted: Money
    disbursed: Money
    to_pay: Money
    illustrative: bool


@dataclass(frozen=True, slots=True)
class Sums:
    """The last row of the table of projects, over all of them, shown or not."""

    granted: Money
    disbursed: Money
    to_pay: Money


@dataclass(frozen=True, slots=True)
class FundPage:
    """What the page of the fund shows."""

    statement: FundStatement
    today: date
    headline: Headline
    shares: tuple[Share, ...]
    shares_finding: str
    account: tuple[AccountRow, ...]
    chart: BarChart | None
    donors: tuple[DonorRow, ...]
    facts: FundFacts
    projects: tuple[ProjectRow, ...]
    project_sums: Sums
    hidden: int
    all_href: str
    json_href: str
    later: str


def later_than(connection: Connection, day: date, today: date) -> Mapping[Kind, Money]:
    """What was recorded after a day that is over."""
    return sum_late_entries(connection, day, services().calendar.zone) if day < today else {}


def later_said(parts: Mapping[Kind, Money]) -> str:
    """What was recorded after the day of a statement; nothing when nothing was."""
    said = (
        t("statements.later_part", kind=t(f"fund.kind_{kind}"), amount=amount)
        for kind, amount in parts.items()
    )
    return t("statements.later", parts=join_clauses(said, language())) if parts else ""


def day_asked(text: str, today: date) -> date:
    """The day of the statement that the address asks for; today unless it is a day that was."""
    with suppress(ValueError):
        return min(date.fromisoformat(text), today)
    return today


def fund_page(
    made: FundStatement, facts: FundFacts, today: date, later: Mapping[Kind, Money], *, every: bool
) -> FundPage:
    """The page of a statement; `every` lists all projects instead of the newest."""
    newest = sorted(made.projects, key=lambda project: project.ref, reverse=True)
    shown = newest if every else newest[:_LISTED]
    asked = None if made.as_of == today else made.as_of.isoformat()
    return FundPage(
        statement=made,
        today=today,
        headline=Headline(
            t("fund.figure_available"), made.available, made.as_of, made.illustrative
        ),
        shares=_shares(made),
        shares_finding=t("public.fund_shares", available=made.available, received=made.received),
        account=_account(made),
        chart=_chart(made),
        donors=tuple(_donors(made.gifts)),
        facts=facts,
        projects=tuple(_project(project) for project in shown),
        project_sums=Sums(
            total(p.granted for p in made.projects),
            total(p.disbursed for p in made.projects),
            total(p.committed for p in made.projects),
        ),
        hidden=len(newest) - len(shown),
        all_href=url_for("public.fund", every=1, as_of=asked, _anchor="projects"),
        json_href=url_for("api_v1.get_statement", as_of=made.as_of.isoformat()),
        later=later_said(later),
    )


def _shares(made: FundStatement) -> tuple[Share, ...]:
    return (
        Share(t("fund.kind_available"), made.available, "a"),
        Share(t("fund.kind_reserved"), made.reserved, "held"),
        Share(t("public.to_pay"), made.committed, "owed"),
        Share(
            t("public.paid_out" if made.operations else "fund.kind_disbursed"),
            made.disbursed,
            "gone",
        ),
    )


def _account(made: FundStatement) -> tuple[AccountRow, ...]:
    """From what was received to what is available; each figure opens to its postings."""
    rows = [AccountRow(t("fund.figure_received"), made.received, href=_opens(made, "received"))]
    paid = made.disbursed - made.operations
    for label, amount, column, always in (
        ("icr", made.icr, "icr", False),
        ("disbursed", paid, "disbursed", True),
        ("operations", made.operations, "operations", False),
        ("due", made.due_to_donors, "due_to_donors", False),
        ("returned", made.returned, "returned", False),
        ("committed", made.committed, "committed", True),
        ("reserved", made.reserved, "reserved", True),
    ):
        if amount or always:
            words, opens = t(f"public.less_{label}"), _opens(made, column)
            note = _rates(made.as_of) if label == "icr" else ""
            rows.append(AccountRow(words, -amount, "minus", note, opens))
    return (
        *rows,
        AccountRow(t("fund.kind_available"), made.available, "sum", href=_opens(made, "available")),
    )


def _rates(day: date) -> str:
    """At which rates indirect costs are charged on a day."""
    members, others = (
        rate_label(icr_rates().on(donor_class, day), language())
        for donor_class in (Source.MEMBER_STATES, Source.OTHER)
    )
    return t("public.icr_rates", members=members, others=others)


def _opens(made: FundStatement, column: str) -> str:
    return postings_href(replace(FUND[column], until=made.as_of))


def _chart(made: FundStatement) -> BarChart | None:
    """What was received by year and class of donors; other contributors count with observers."""
    if not made.by_year:
        return None
    years = sorted({part.year for part in made.by_year})
    other = any(part.donor_class is Source.OTHER for part in made.by_year)
    second = t("public.observers_and_others") if other else t("fund.source_permanent_observers")
    rows = tuple(
        BarRow(
            str(year),
            (
                _received(made, year, {Source.MEMBER_STATES}),
                _received(made, year, {Source.PERMANENT_OBSERVERS, Source.OTHER}),
            ),
        )
        for year in years
    )
    last = rows[-1]
    return BarChart(
        finding=t(
            "public.fund_finding", year=last.label, amount=total(last.amounts), total=made.received
        ),
        caption=t("public.fund_by_year_caption"),
        label_heading=t("public.year"),
        series=(t("fund.source_member_states"), second),
        rows=rows,
    )


def _received(made: FundStatement, year: int, classes: set[Source]) -> Money:
    return total(p.amount for p in made.by_year if p.year == year and p.donor_class in classes)


def _donors(gifts: Iterable[StatementContribution]) -> list[DonorRow]:
    groups: dict[tuple[str, Source], list[StatementContribution]] = {}
    for gift in gifts:
        groups.setdefault((gift.donor, gift.donor_class), []).append(gift)
    rows = [
        DonorRow(
            name=donor_name(donor),
            donor_class=t(f"fund.source_{donor_class}"),
            pledged=total(gift.pledged for gift in given),
            received=total(gift.received for gift in given),
            outstanding=total(gift.outstanding for gift in given),
            illustrative=any(gift.illustrative for gift in given),
        )
        for (donor, donor_class), given in groups.items()
    ]
    return sorted(rows, key=lambda row: sort_key(row.name))


def _project(project: Project) -> ProjectRow:
    return ProjectRow(
        ref=project.ref,
        title=case_title(project.title),
        country=formats.country(project.country, language()),
        href=url_for("public.entry", ref=project.ref),
        granted=project.granted,
        disbursed=project.disbursed,
        to_pay=project.committed,
        illustrative=project.illustrative,
    )
