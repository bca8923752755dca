"""What is given to the fund as its pages show it: lists, one contribution, a donor, reports."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from ricomi_workflow.contributions.amendments import AgreementVersion, list_versions
from ricomi_workflow.contributions.balances import (
    ContributionBalance,
    DonorStatement,
    book_amount,
    get_contribution_balance,
    get_donor_statement,
    list_outstanding_by_age,
)
from ricomi_workflow.contributions.indirect_costs import (
    IcrReport,
    get_icr_report,
    icr_rates,
    icr_report_rows,
    rate_label,
)
from ricomi_workflow.contributions.queries import (
    PAGE,
    Acknowledgement,
    acknowledgements_by_receipt,
    list_agreements,
    list_contributions,
    list_contributions_under,
    list_donors,
    list_receipts,
    list_waivers,
)
from ricomi_workflow.contributions.refunds import PAYERS, DonorReturn, list_returns
from ricomi_workflow.contributions.rows import (
    Agreement,
    Contribution,
    Receipt,
    Waiver,
    get_agreement,
)
from ricomi_workflow.contributions.rules import OverdueBand, half_year
from ricomi_workflow.documents.acknowledgement_letter import letter_language
from ricomi_workflow.kernel.actors import Actor, Role
from ricomi_workflow.kernel.money import Money, total
from ricomi_workflow.kernel.text import LANGUAGE_NAMES, Shown, show
from ricomi_workflow.statements.earmarked_use import EarmarkedUse, list_earmarked_use
from ricomi_workflow.statements.labels import StatementLabels
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.fund.labels import limits_words, source_words
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.messages import donor_name

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class GiftLine:
    """One contribution in a list."""

    gift: Contribution
    donor: str
    source: str
    limits: str


@dataclass(frozen=True, slots=True)
class GiftsPage:
    """The list of contributions, and the agreements behind them."""

    lines: tuple[GiftLine, ...]
    after: str  # the reference from which the next page goes on; empty on the last
    agreements: tuple[tuple[Agreement, str, str], ...]  # with donor and limits in words
    donors: tuple[tuple[str, str], ...]  # code and name
    records: bool


@dataclass(frozen=True, slots=True)
class UseShown:
    """A project that a contribution pays for, and what it changed, in the reader's language."""

    use: EarmarkedUse
    title: Shown
    changed: Shown


@dataclass(frozen=True, slots=True)
class GiftPage:
    """One contribution whole."""

    line: GiftLine
    standing: ContributionBalance
    receipts: tuple[Receipt, ...]
    waivers: tuple[tuple[Waiver, str], ...]  # with the rate in words
    ages: tuple[tuple[str, Money], ...]
    thanks: Mapping[str, Acknowledgement]  # by receipt whose letter was sent
    letters: tuple[tuple[str, str], ...]  # languages of letters with their names, the donor's first
    records: bool
    returns: tuple[tuple[DonorReturn, bool], ...] = ()  # with whether the reader may end it
    uses: tuple[UseShown, ...] = ()


@dataclass(frozen=True, slots=True)
class AgreementPage:
    """One agreement: what it says from each day on, the newest first, and what it brought."""

    agreement: Agreement
    donor: str
    versions: tuple[tuple[AgreementVersion, str], ...]  # with its limits in words
    lines: tuple[GiftLine, ...]
    records: bool


@dataclass(frozen=True, slots=True)
class CurrencySum:
    """What a donor promised and gave in one currency, as the pledges count it."""

    pledged: Money
    reduced: Money
    received: Money
    outstanding: Money


@dataclass(frozen=True, slots=True)
class DonorPage:
    """How a donor stands at the end of a day."""

    statement: DonorStatement
    name: str
    today: date
    donors: tuple[tuple[str, str], ...]
    ages: tuple[tuple[str, Money], ...]
    currencies: tuple[CurrencySum, ...]
    beside: tuple[tuple[str, Money], ...]  # what was given beside the money, by kind of spending
    uses: tuple[UseShown, ...]


@dataclass(frozen=True, slots=True)
class AgeingPage:
    """What has not arrived by a day: by age in US$, and each contribution."""

    as_of: date
    ages: tuple[tuple[str, Money], ...]
    whole: Money
    lines: tuple[tuple[ContributionBalance, str, tuple[tuple[str, Money], ...]], ...]


@dataclass(frozen=True, slots=True)
class IcrPage:
    """The report on half a year, with the halves before and after it."""

    report: IcrReport
    classes: tuple[tuple[str, Money, Money, Money], ...]
    donors: tuple[str, ...]  # by line
    rates: tuple[str, ...]
    before: date
    after: date | None
    confirmed: bool


def contributions_page(connection: Connection, reader: Actor, after: str) -> GiftsPage:
    """Fifty contributions after the reference `after`."""
    found = list_contributions(connection, after=after, limit=PAGE + 1)
    agreed = list_agreements(connection)
    return GiftsPage(
        lines=tuple(_line(each) for each in found[:PAGE]),
        after=found[PAGE - 1].ref if len(found) > PAGE else "",
        agreements=tuple((a, donor_name(a.donor), limits_words(a.limits)) for a in agreed),
        donors=_donors(connection),
        records=reader.has(Role.FUND_ADMINISTRATOR),
    )


def contribution_page(connection: Connection, reader: Actor, ref: str) -> GiftPage:
    """One contribution as it stands today. Raises `NotFound`."""
    standing = get_contribution_balance(connection, ref, _today())
    found = list_waivers(connection, ref)
    return GiftPage(
        line=_line(standing.contribution),
        standing=standing,
        receipts=tuple(list_receipts(connection, ref)),
        waivers=tuple((each, rate_label(each.rate, language())) for each in found),
        ages=ages_words(standing),
        thanks=acknowledgements_by_receipt(connection, ref),
        letters=_letters(standing.contribution.donor),
        records=reader.has(Role.FUND_ADMINISTRATOR),
        returns=tuple((each, _ends(reader, each)) for each in list_returns(connection, ref)),
        uses=_uses(connection, (standing,), _today()),
    )


def _uses(
    connection: Connection, standings: Sequence[ContributionBalance], as_of: date
) -> tuple[UseShown, ...]:
    return tuple(
        UseShown(use, show(use.title, language()), show(use.changed, language()))
        for use in list_earmarked_use(connection, standings, as_of)
    )


def agreement_page(connection: Connection, reader: Actor, ref: str) -> AgreementPage:
    """One agreement. Raises `NotFound`."""
    found = get_agreement(connection, ref)
    known = reversed(list_versions(connection, ref))
    given = list_contributions_under(connection, ref)
    return AgreementPage(
        agreement=found,
        donor=donor_name(found.donor),
        versions=tuple((each, limits_words(each.limits)) for each in known),
        lines=tuple(_line(each) for each in given),
        records=reader.has(Role.FUND_ADMINISTRATOR),
    )


def donor_page(connection: Connection, donor: str, asked: str) -> DonorPage:
    """How a donor stands. Raises `NotFound` for somebody who never gave."""
    made = get_donor_statement(connection, donor, day_asked(asked))
    late: dict[OverdueBand, Money] = {}
    for each in made.contributions:
        for age, amount in each.ages.items():
            late[age] = late.get(age, Money(0)) + book_amount(amount, each.contribution)
    return DonorPage(
        made,
        donor_name(donor),
        _today(),
        _donors(connection),
        _ages(late),
        _by_currency(made),
        _beside(made),
        _uses(connection, made.contributions, made.as_of),
    )


def _by_currency(made: DonorStatement) -> tuple[CurrencySum, ...]:
    found: dict[str, list[ContributionBalance]] = {}
    for each in made.contributions:
        found.setdefault(each.received.currency, []).append(each)
    return tuple(
        CurrencySum(
            total((x.contribution.pledged for x in own), currency),
            total((x.reduced for x in own), currency),
            total((x.received for x in own), currency),
            total((x.outstanding for x in own), currency),
        )
        for currency, own in sorted(found.items())
    )


def _beside(made: DonorStatement) -> tuple[tuple[str, Money], ...]:
    sums: dict[str, Money] = {}
    for each in made.in_kind:
        sums[each.spending] = sums.get(each.spending, Money(0)) + each.value
    words = StatementLabels(services(), language())
    return tuple((words.spending(key), amount) for key, amount in sorted(sums.items()))


def _ends(reader: Actor, each: DonorReturn) -> bool:
    return each.end is None and reader.has(*PAYERS)


def ageing_page(connection: Connection, asked: str) -> AgeingPage:
    """What has not arrived by a day, the latest first."""
    day = day_asked(asked)
    found = list_outstanding_by_age(connection, day)
    sums: dict[OverdueBand, Money] = {}
    for each in found:
        for age, amount in each.ages.items():
            sums[age] = sums.get(age, Money(0)) + book_amount(amount, each.contribution)
    lines = ((each, donor_name(each.contribution.donor), ages_words(each)) for each in found)
    return AgeingPage(day, _ages(sums), total(sums.values()), tuple(lines))


def icr_page(connection: Connection, asked: str) -> IcrPage:
    """The report on the half year in which a day lies."""
    rates = icr_rates()
    first, last = half_year(day_asked(asked))
    made = get_icr_report(connection, rates, first, last)
    return IcrPage(
        report=made,
        classes=tuple(
            (source_words(c.donor_class), c.value, c.icr, c.waived) for c in made.classes
        ),
        donors=tuple(donor_name(line.donor) for line in made.lines),
        rates=tuple(rate_label(line.rate, language()) for line in made.lines),
        before=_half_before(first),
        after=_half_after(last) if last < _today() else None,
        confirmed=rates.confirmed,
    )


def icr_csv(connection: Connection, asked: str) -> tuple[str, str]:
    """The name and the rows of the report as a file."""
    first, last = half_year(day_asked(asked))
    out = io.StringIO()
    csv.writer(out).writerows(icr_report_rows(get_icr_report(connection, icr_rates(), first, last)))
    return f"icr-{first}-{last}.csv", out.getvalue()


def day_asked(text: str) -> date:
    """A day of the past that the address asks for; today for anything else."""
    with suppress(ValueError):
        return min(date.fromisoformat(text), _today())
    return _today()


def _letters(donor: str) -> tuple[tuple[str, str], ...]:
    first = letter_language(donor)
    return tuple(sorted(LANGUAGE_NAMES.items(), key=lambda each: each[0] != first))


def ages_words(standing: ContributionBalance) -> tuple[tuple[str, Money], ...]:
    """What is outstanding by how late it is, in the order of ages."""
    return _ages(standing.ages)


def _ages(found: Mapping[OverdueBand, Money]) -> tuple[tuple[str, Money], ...]:
    return tuple((t(f"contributions.age_{age}"), found[age]) for age in OverdueBand if age in found)


def _line(gift: Contribution) -> GiftLine:
    return GiftLine(
        gift, donor_name(gift.donor), source_words(gift.donor_class), limits_words(gift.limits)
    )


def _donors(connection: Connection) -> tuple[tuple[str, str], ...]:
    named = ((donor, donor_name(donor)) for donor in list_donors(connection))
    return tuple(sorted(named, key=lambda each: each[1]))


def _today() -> date:
    return services().calendar.local_day(services().uow.clock.now())


def _half_before(first: date) -> date:
    return date(first.year - 1, 12, 31) if first.month == 1 else date(first.year, 6, 30)


def _half_after(last: date) -> date:
    return date(last.year, 12, 31) if last.month == 6 else date(last.year + 1, 6, 30)
