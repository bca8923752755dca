"""The public page of the fund: every figure from one statement, every sum from its parts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from ricomi_workflow.contributions.indirect_costs import icr_rates, rate_label
from ricomi_workflow.kernel.money import Money, total
from ricomi_workflow.ledger.accounts import Kind, Source
from ricomi_workflow.reference_data.country_names import sort_key
from ricomi_workflow.statements.breakdowns import FUND, Books
from ricomi_workflow.statements.contribution_totals import by_donor_and_year
from ricomi_workflow.statements.expenses import ADMINISTRATION, PROJECTS, by_source, spent_on
from ricomi_workflow.statements.labels import StatementLabels
from ricomi_workflow.statements.ledger_facts import sum_postings
from ricomi_workflow.statements.rules import Breakdown, average, percent
from ricomi_workflow.statements.statement import FundStatement, StatementContribution
from ricomi_workflow.web.components import AccountRow, BarChart, BarRow, Headline, Share
from ricomi_workflow.web.forms.filled_form import today
from ricomi_workflow.web.fund.labels import wording
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.messages import donor_name
from ricomi_workflow.web.statements.figure_links import (
    figure_href,
    late_entries_text,
    postings_href,
)

if TYPE_CHECKING:
    from sqlalchemy import Connection

_LISTED = 20


def fund_page(connection: Connection, made: FundStatement, *, every: bool) -> dict[str, Any]:
    """What the template shows of a statement; `every` lists all projects, not just the newest."""
    books = Books(made.as_of, sum_postings(connection, made.as_of), {})
    illustrative = {gift.ref: gift.illustrative for gift in made.gifts}
    spent = by_source(books)
    labels = wording({gift.ref: gift.donor for gift in made.gifts})
    newest = sorted(made.projects, key=lambda project: project.ref, reverse=True)
    return {
        "statement": made,
        "today": today(),
        "labels": labels,
        "figure_href": figure_href,
        "headline": Headline(
            t("fund.figure_available"), made.available, made.as_of, made.illustrative
        ),
        "shares": _shares(made),
        "account": _account(made),
        "years": _years_chart(made),
        "donors": _donors(made.gifts),
        "given": _by_name(by_donor_and_year(made.brought, made.as_of, illustrative)),
        "spent": spent,
        "spent_chart": _spent_chart(spent, labels),
        "findings": _findings(books, spent),
        "in_kind": Money(sum(x.minor for x in books.facts if x.kind is Kind.IN_KIND)),
        "projects": newest if every else newest[:_LISTED],
        "late": late_entries_text(connection, made.as_of),
    }


def _shares(made: FundStatement) -> tuple[Share, ...]:
    paid = t("public.paid_out" if made.operations else "fund.kind_disbursed")
    return (
        Share(t("fund.kind_available"), made.available, "a"),
        Share(t("fund.kind_reserved"), made.reserved, "held"),
        Share(t("public.to_pay"), made.committed, "owed"),
        Share(paid, made.disbursed, "gone"),
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


def _years_chart(made: FundStatement) -> BarChart | None:
    """What was received by year and class of donors; other contributors count with observers."""
    if not made.by_year:
        return None
    classes = ({Source.MEMBER_STATES}, {Source.PERMANENT_OBSERVERS, Source.OTHER})
    other = any(part.donor_class is Source.OTHER for part in made.by_year)
    second = t("public.observers_and_others") if other else t("fund.source_permanent_observers")
    rows = tuple(
        BarRow(str(year), tuple(_received(made, year, each) for each in classes))
        for year in sorted({part.year for part in made.by_year})
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


def _donors(
    gifts: Iterable[StatementContribution],
) -> list[tuple[str, Source, list[StatementContribution]]]:
    """Each donor with its class and contributions, in the order of the reader's alphabet."""
    groups: dict[tuple[str, Source], list[StatementContribution]] = {}
    for gift in gifts:
        groups.setdefault((donor_name(gift.donor), gift.donor_class), []).append(gift)
    rows = [(name, donor_class, given) for (name, donor_class), given in groups.items()]
    return sorted(rows, key=lambda row: sort_key(row[0]))


def _by_name(given: Breakdown) -> Breakdown:
    """The donors in the order of the reader's alphabet, as in the table of pledges."""
    rows = sorted(given.rows, key=lambda row: sort_key(donor_name(row.key)))
    return replace(given, rows=tuple(rows))


def _spent_chart(cut: Breakdown, labels: StatementLabels) -> BarChart:
    """The kinds of spending, the largest first."""
    largest = sorted(cut.rows, key=lambda row: row.figures[-1].amount, reverse=True)
    rows = tuple(BarRow(labels.row(cut, row).text, (row.figures[-1].amount,)) for row in largest)
    finding = t(
        "public.spent_finding",
        total=total(row.figures[-1].amount for row in cut.rows),
        most=largest[0].figures[-1].amount if largest else "",
        on=rows[0].label if rows else "",
    )
    of = t("statements.of_source")
    return BarChart(finding, finding, of, (t("statements.column_total"),), rows)


def _findings(books: Books, cut: Breakdown) -> list[str]:
    """The mean of a project, and the share of administration."""
    cases = {fact.case for fact in books.facts if fact.kind is Kind.EXPENDITURE}
    mean = average(spent_on(cut, PROJECTS), len(cases))
    whole = total(row.figures[-1].amount for row in cut.rows)
    share = percent(spent_on(cut, ADMINISTRATION), whole)
    per_activity = [t("public.per_activity", n=len(cases), amount=mean)] if mean else []
    if share is None:
        return per_activity
    return [*per_activity, t("public.administration_share", percent=share)]
