"""What the public page of the fund tells besides the account: who gave, what it was spent on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ricomi_workflow.kernel.money import Money, total
from ricomi_workflow.ledger.accounts import Kind
from ricomi_workflow.reference_data.country_names import sort_key
from ricomi_workflow.statements.breakdowns import Books
from ricomi_workflow.statements.contribution_totals import by_donor_and_year
from ricomi_workflow.statements.expenses import ADMINISTRATION, PROJECTS, by_source, spent_on
from ricomi_workflow.statements.labels import StatementLabels
from ricomi_workflow.statements.ledger_facts import sum_postings
from ricomi_workflow.statements.rules import Breakdown, average, percent
from ricomi_workflow.statements.statement import FundStatement
from ricomi_workflow.web.components import BarChart, BarRow
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.messages import donor_name
from ricomi_workflow.web.statements.statements_view import CutTable, cut_table

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class FundFacts:
    """Two tables, the drawing of the second, and the sentences that follow from it."""

    given: CutTable
    spent: CutTable
    chart: BarChart
    said: tuple[str, ...]
    beside: str  # what was given in kind, in a sentence; empty where nothing was


def fund_facts(connection: Connection, made: FundStatement) -> FundFacts:
    """What was given by whom in which year, and what it was spent on, up to the day of `made`."""
    words = StatementLabels(services(), language(), {gift.ref: gift.donor for gift in made.gifts})
    read = Books(made.as_of, sum_postings(connection, made.as_of), {})
    given = by_donor_and_year(
        made.brought, made.as_of, {gift.ref: gift.illustrative for gift in made.gifts}
    )
    spent = by_source(read)
    caption = f"{t('public.spent')} ({t('ui.in_dollars')})"
    return FundFacts(
        given=cut_table(_by_name(given), words, f"{t('public.given')} ({t('ui.in_dollars')})"),
        spent=cut_table(spent, words, caption),
        chart=_chart(spent, words),
        said=tuple(_said(read, spent)),
        beside=_beside(read),
    )


def _by_name(given: Breakdown) -> Breakdown:
    """The donors in the order of the reader's alphabet, as in the table of pledges."""
    rows = sorted(given.rows, key=lambda row: sort_key(donor_name(row.key)))
    return replace(given, rows=tuple(rows))


def _chart(cut: Breakdown, words: StatementLabels) -> BarChart:
    """The kinds of spending, the largest first."""
    largest = sorted(cut.rows, key=lambda row: row.figures[-1].amount, reverse=True)
    rows = tuple(BarRow(words.row(cut, row).text, (row.figures[-1].amount,)) for row in largest)
    finding = t(
        "public.spent_finding",
        total=total(row.figures[-1].amount for row in cut.rows),
        most=largest[0].figures[-1].amount if largest else "",
        on=rows[0].label if rows else "",
    )
    of = t("statements.of_source")
    return BarChart(finding, finding, of, (t("statements.column_total"),), rows)


def _beside(read: Books) -> str:
    """What was given in kind, which is no part of any sum of the fund."""
    value = Money(sum(fact.minor for fact in read.facts if fact.kind is Kind.IN_KIND))
    return t("public.in_kind_apart", amount=value) if value else ""


def _said(read: Books, cut: Breakdown) -> Iterator[str]:
    """The mean of a project, and the share of administration."""
    spent = {fact.case for fact in read.facts if fact.kind is Kind.EXPENDITURE}
    mean = average(spent_on(cut, PROJECTS), len(spent))
    if mean:
        yield t("public.per_activity", n=len(spent), amount=mean)
    whole = total(row.figures[-1].amount for row in cut.rows)
    share = percent(spent_on(cut, ADMINISTRATION), whole)
    if share is not None:
        yield t("public.administration_share", percent=share)
