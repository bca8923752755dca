"""The account that RIAL gave of 2011-2015, made again from postings, to the dollar.

Every cell is the one that was published. Two of the sums that were published are a dollar less than
their cells, and what was left a dollar more: books add up, so ours say what the cells say.
Source of the figures: RIAL, account of its Cooperation Fund 2011-2015 (domain facts, 2.3).
"""

from collections.abc import Mapping, Sequence
from datetime import date

import pytest

from ricomi_workflow.contributions.commands import (
    AgreementTerms,
    InKindDetails,
    record_agreement,
    record_in_kind,
    record_pledge,
)
from ricomi_workflow.contributions.indirect_costs import NO_ICR
from ricomi_workflow.contributions.receipts import record_receipt
from ricomi_workflow.contributions.rules import InKindKind, Instrument, Limits
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.fund.operating_expenses import ExpenseRequest
from ricomi_workflow.kernel.actors import SYSTEM, Actor
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.money import Money, total
from ricomi_workflow.ledger.accounts import Source
from ricomi_workflow.statements.expenses import ADMINISTRATION, PROJECTS, spent_on
from ricomi_workflow.statements.rules import Breakdown, average, percent
from ricomi_workflow.statements.statement_types import make_breakdown
from tests.fund.desk import (
    APPLICANT,
    CERTIFIER,
    PAYER,
    PAYMENT,
    PLAN,
    SECRETARY,
    TODAY,
    Desk,
    spending,
    usd,
)

FUND, CANADA, OTHER, TOTAL = range(4)
POOL = "member_states"
GIFT = "FUND-2012-0005"  # of Canada, for a topic of its own: nothing else is paid by it
OF_CANADA_ALONE = f"{POOL}/{GIFT}"
TOPIC = "legislation"
TABLE: Mapping[str, tuple[int, int, int, int]] = {
    "workshops": (56_075, 39_880, 76_000, 171_955),
    PROJECTS: (76_954, 79_458, 20_000, 176_412),  # bilateral cooperation
    "studies": (20_000, 0, 10_000, 30_000),
    "administration": (57_927, 51_012, 40_000, 148_939),
    "communications": (25_000, 29_650, 6_000, 60_650),
}
STATES = "AR BB BO BR BZ CL CO CR DO EC GT JM MX PA PY TT UY".split()
OF_COUNTRIES, OF_CANADA = 297_734, 200_000
PUBLISHED_FUND, PUBLISHED_TOTAL, PUBLISHED_LEFT = 235_955, 587_955, 61_779
BESIDE, ACTIVITIES = 152_000, 31
YEARS = [date(year, 6, 30) for year in range(2011, 2016)]


@pytest.fixture
def network(desk: Desk) -> Desk:
    """Five years of a fund: what seventeen states and Canada gave, and what became of it."""
    with desk.uow.begin(SYSTEM) as tx:
        gifts = usd(OF_COUNTRIES).allocate([1] * len(STATES))
        for number, (donor, amount) in enumerate(zip(STATES, gifts, strict=True)):
            _received(tx, donor, amount, YEARS[number % 5])
        limits = Limits(topics=(TOPIC,))
        terms = AgreementTerms(Instrument.MOU, "RIAL 2012", YEARS[1], "Legislation", limits)
        agreed = record_agreement(tx, "CA", Source(POOL), terms)
        gift = _received(tx, "CA", usd(OF_CANADA), YEARS[1], agreed)
        assert gift == GIFT
        for category, figures in TABLE.items():
            _beside(tx, category, usd(figures[OTHER]))
    for category, figures in TABLE.items():
        for source, units in ((POOL, figures[FUND]), (OF_CANADA_ALONE, figures[CANADA])):
            if category != PROJECTS and units:
                _spent(desk, category, source, usd(units))
    _cooperation(desk, "RICOMI-2013-0001", units=TABLE[PROJECTS][FUND])
    _cooperation(desk, "RICOMI-2013-0002", units=TABLE[PROJECTS][CANADA], topics=[TOPIC])
    return desk


def _received(tx: Tx, donor: str, amount: Money, at: date, agreed: str | None = None) -> str:
    ref = record_pledge(tx, donor, Source(POOL), amount, pledged_on=at, agreement_ref=agreed)
    record_receipt(tx, ref, amount, bank_reference=f"IN-{ref}", received_on=at, icr=NO_ICR)
    return ref


def _beside(tx: Tx, category: str, amount: Money) -> None:
    spending = "" if category == PROJECTS else category
    given = InKindDetails(
        InKindKind.COFINANCING, category, amount, "RIAL 2011-2015", YEARS[4], spending
    )
    record_in_kind(tx, "US", Source(POOL), given)


def _spent(desk: Desk, category: str, source: str, amount: Money) -> None:
    for year, part in zip(YEARS, amount.allocate([1] * 5), strict=True):
        spending = ExpenseRequest(category, source, part, "Plan 2011-2015")
        desk.spend(spending, f"{category}-{source}-{year.year}", year.replace(month=12))


def _cooperation(desk: Desk, ref: str, *, units: int, topics: Sequence[str] = ()) -> None:
    """Visits and missions, from the vote to the accounts; their topics say which money pays."""
    desk.case(units, 0, ref=ref, about={"topics": list(topics)})
    payment = {**PAYMENT, "bank_reference": f"BANK-{ref}"}
    steps: tuple[tuple[str, Actor, Mapping[str, Json]], ...] = (
        ("open_ballot", SECRETARY, {}),
        ("decide", SYSTEM, {}),
        ("fund", PAYER, {}),
        ("record_agreement", APPLICANT, PLAN),
        ("start_execution", PAYER, {}),
        ("request_tranche", APPLICANT, {"amount": str(usd(units)), "purpose": "Travel"}),
        ("certify_tranche", CERTIFIER, {}),
        ("pay_tranche", PAYER, payment),
        ("submit_report", APPLICANT, spending(fares=units)),
        ("accept_report", SECRETARY, {}),
    )
    for trigger, by, inputs in steps:
        desk.act(trigger, by, inputs, ref=ref)


def cut_of(desk: Desk, name: str) -> Breakdown:
    with desk.uow.read() as connection:
        return make_breakdown(connection, desk.services, name, TODAY)


def test_the_table_of_spending_by_source_is_that_of_the_account(network: Desk) -> None:
    cut = cut_of(network, "source")
    assert cut.columns == (f"source:{POOL}", f"source:{OF_CANADA_ALONE}", "cofinanced", "total")
    found = {row.key: tuple(figure.amount for figure in row.figures) for row in cut.rows}
    assert found == {category: tuple(map(usd, row)) for category, row in TABLE.items()}
    assert cut.holds
    assert cut.sums is not None
    sums = tuple(figure.amount for figure in cut.sums.figures)
    assert sums == tuple(map(usd, (PUBLISHED_FUND + 1, OF_CANADA, BESIDE, PUBLISHED_TOTAL + 1)))
    assert network.faults() == []


def test_what_the_account_derives_is_derived(network: Desk) -> None:
    cut, fund = cut_of(network, "source"), cut_of(network, "fund")
    assert cut.sums is not None
    whole = cut.sums.figures[-1].amount
    assert percent(spent_on(cut, ADMINISTRATION), whole) == 25
    assert average(spent_on(cut, PROJECTS), ACTIVITIES) == Money(5_690_71)
    held = {row.key: row.figures[0].amount for row in fund.rows}
    assert held["available"] == usd(PUBLISHED_LEFT - 1)
    assert held["received"] == usd(OF_COUNTRIES + OF_CANADA)
    assert held["cofinanced"] == usd(BESIDE)
    assert held["received"] == total(held[x] for x in ("disbursed", "operations", "available"))
