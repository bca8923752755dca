"""Clients at once do what the money of two cases allows: the books hold, nothing is lost or made.

One case is in execution and one before its ballot; both are paid from one pool that is not enough
for all. In every step up to three people act at the same moment, with the real acts of the shipped
process and any amount. What is refused is refused in words, never by an error of the database.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from threading import Barrier

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from ricomi_workflow.cases.rows import read_case
from ricomi_workflow.contributions.commands import record_pledge
from ricomi_workflow.contributions.indirect_costs import NO_ICR
from ricomi_workflow.contributions.queries import list_contributions
from ricomi_workflow.contributions.receipts import record_receipt
from ricomi_workflow.db.engine import create_engine
from ricomi_workflow.kernel.actors import SYSTEM, Actor, Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import DomainError
from ricomi_workflow.kernel.money import Money, total
from ricomi_workflow.ledger.accounts import Source
from ricomi_workflow.statements.statement import get_fund_statement
from tests.fund.desk import (
    APPLICANT,
    CERTIFIER,
    PAYER,
    PLAN,
    SECRETARY,
    TODAY,
    Desk,
    final,
    person,
    spending,
    usd,
)
from tests.support.databases import Databases

REFS = ("RICOMI-2026-0001", "RICOMI-2026-0002")
SECOND_PAYER = person(14, Role.FUND_ADMINISTRATOR)
# Who does what; what happens often in a case stands here more than once.
USUAL: tuple[tuple[str, Actor], ...] = (
    ("open_ballot", SECRETARY),
    ("decide", SYSTEM),
    ("fund", PAYER),
    ("record_agreement", APPLICANT),
    ("start_execution", PAYER),
    ("request_tranche", APPLICANT),
    *(("certify_tranche", CERTIFIER),) * 2,
    ("pay_tranche", PAYER),
    ("pay_tranche", SECOND_PAYER),
    ("submit_report", APPLICANT),
    *(("accept_report", SECRETARY),) * 3,
    ("record_refund", PAYER),
    ("record_refund", SECOND_PAYER),
    *(("accept_final_accounts", SECRETARY),) * 2,
    *(("close", SECRETARY),) * 2,
)
RARE: tuple[tuple[str, Actor], ...] = (
    ("refuse_tranche", CERTIFIER),
    ("return_report", SECRETARY),
    ("submit_final_report", APPLICANT),
    ("return_final_report", SECRETARY),
    ("cancel", SECRETARY),
)


@dataclass(frozen=True)
class Deed:
    """An act on one of the cases, with an amount in dollars where it asks for one.

    Mostly a usual one that the state of the case offers: they take turns.
    """

    case: int
    place: int
    anything: bool
    units: int
    bank: int

    def inputs(self, trigger: str) -> Mapping[str, Json] | None:
        """The answers to the form of the act."""
        amount, bank = str(usd(self.units)), f"BANK-{self.bank}"
        made: dict[str, Mapping[str, Json]] = {
            "record_agreement": PLAN,
            "request_tranche": {"amount": amount, "purpose": "Travel"},
            "pay_tranche": {"bank_reference": bank, "paid_on": TODAY.isoformat()},
            "submit_report": spending(fares=self.units),
            "submit_final_report": final(fares=self.units),
            "record_refund": {
                "amount": amount,
                "bank_reference": bank,
                "received_on": TODAY.isoformat(),
            },
        }
        return made.get(trigger)


deeds = st.builds(
    Deed,
    case=st.sampled_from([0, 0, 1]),
    place=st.integers(0, 99),
    anything=st.sampled_from([True, False, False, False, False, False]),
    units=st.integers(1, 60),
    bank=st.integers(1, 9),
)


class Fund(RuleBasedStateMachine):
    """One fund on a database of its own."""

    place: Databases

    def __init__(self) -> None:
        super().__init__()
        self.address = self.place.fresh()
        self.desk = Desk(create_engine(self.address))
        self.given = usd(180)
        self.turn = 0

    @initialize()
    def begin(self) -> None:
        self.desk.executing(60, 40)
        self.desk.paid(20)
        self.desk.give(50, 30)
        self.desk.case(60, 40, ref=REFS[1])

    @rule(source=st.sampled_from(Source), units=st.integers(1, 70), arrived=st.integers(1, 70))
    def give(self, source: Source, units: int, arrived: int) -> None:
        part = usd(min(units, arrived))
        with self.desk.uow.begin(PAYER) as tx:
            ref = record_pledge(tx, "CA", source, usd(units))
            record_receipt(tx, ref, part, bank_reference=ref, received_on=TODAY, icr=NO_ICR)
        self.given += part

    @rule(together=st.lists(deeds, min_size=2, max_size=4))
    def act(self, together: list[Deed]) -> None:
        start, acts = Barrier(len(together)), [(deed, self._chosen(deed)) for deed in together]
        with ThreadPoolExecutor(len(acts)) as pool:
            list(pool.map(partial(self._try, start), acts))

    @rule(together=st.lists(deeds, min_size=2, max_size=4))
    def act_again(self, together: list[Deed]) -> None:
        self.act(together)

    @invariant()
    def the_books_hold_and_nothing_is_lost(self) -> None:
        assert self.desk.faults() == []
        with self.desk.uow.read() as connection:
            made = get_fund_statement(connection, TODAY)
            received = total(gift.received for gift in list_contributions(connection))
        assert made.holds, made.proofs
        assert received == self.given == made.cash + made.advances + made.spent
        assert min(made.available_by_source.values()) >= Money(0)

    def teardown(self) -> None:
        self.desk.engine.dispose()
        self.place.drop(self.address)

    def _chosen(self, deed: Deed) -> tuple[str, Actor]:
        with self.desk.uow.read() as connection:
            case = read_case(connection, REFS[deed.case])
        assert case
        process = self.desk.services.process(case)
        usual = [what for what in USUAL if process.offered(case.state, what[0])]
        among = (*USUAL, *RARE) if deed.anything or not usual else usual
        self.turn += 1
        return among[(deed.place + 7 * self.turn) % len(among)]

    def _try(self, start: Barrier, chosen: tuple[Deed, tuple[str, Actor]]) -> None:
        deed, (trigger, by) = chosen
        start.wait()
        try:
            inputs = deed.inputs(trigger)
            self.desk.act(trigger, by, inputs, ref=REFS[deed.case], reason="A reason.")
        except DomainError:
            return


def test_whatever_clients_do_at_once_no_money_is_lost_or_made(databases: Databases) -> None:
    class Here(Fund):
        place = databases

    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=6,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
