"""Random money: whatever is tried, the books hold after each step and nothing is lost or made."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from ricomi_workflow.contributions.commands import pledge
from ricomi_workflow.contributions.icr import UNCHARGED
from ricomi_workflow.contributions.queries import list_contributions
from ricomi_workflow.contributions.receipts import receive
from ricomi_workflow.db.engine import create_engine
from ricomi_workflow.fund.rows import shares_taken
from ricomi_workflow.fund.rules import (
    commitment_lines,
    expenditure_lines,
    payment_lines,
    refund_lines,
    release_lines,
    reservation_lines,
)
from ricomi_workflow.kernel.errors import Conflict, Refused
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.ledger.accounts import Kind, Lines, Memo, Owner, Source, available, owned
from ricomi_workflow.ledger.models import journal
from ricomi_workflow.ledger.posting import Entry, post, reverse
from ricomi_workflow.ledger.rows import balances
from ricomi_workflow.statements.statement import statement
from tests.fund.desk import PAYER, REF, TODAY, Desk
from tests.support.databases import make_schema

cents = st.integers(1, 100_000).map(Money)
FLOWS = {
    Memo.COMMITMENT: commitment_lines,
    Memo.PAYMENT: payment_lines,
    Memo.REFUND: refund_lines,
}


class Books(RuleBasedStateMachine):
    """One fund with one case; flows come in any order and with any amount."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        address = f"sqlite:///{Path(self.folder.name) / 'books.sqlite'}"
        make_schema(address)
        self.desk = Desk(create_engine(address))
        self.given = Money(0)
        self.count = 0

    @initialize()
    def open_a_case(self) -> None:
        self.desk.case()
        with self.desk.uow.begin(PAYER) as tx:
            self.case = Owner(self.desk.locked(tx, REF).id, REF)

    @rule(source=st.sampled_from(Source), amount=cents, part=cents)
    def give(self, source: Source, amount: Money, part: Money) -> None:
        arrived = min(amount, part)
        with self.desk.uow.begin(PAYER) as tx:
            ref = pledge(tx, "CA", source, amount)
            receive(tx, ref, arrived, bank_reference=ref, received_on=TODAY, icr=UNCHARGED)
        self.given += arrived

    @rule(shares=st.dictionaries(st.sampled_from(Source), cents, min_size=1))
    def reserve(self, shares: dict[Source, Money]) -> None:
        taken = {available(source): share for source, share in shares.items()}
        self._try(Memo.RESERVATION, reservation_lines(self.case, taken))

    @rule(memo=st.sampled_from(sorted(FLOWS)), amount=cents)
    def flow(self, memo: Memo, amount: Money) -> None:
        self._try(memo, FLOWS[memo](self.case, amount))

    @rule(spent=st.dictionaries(st.sampled_from(["fares", "hotel"]), cents, min_size=1))
    def account_for(self, spent: dict[str, Money]) -> None:
        self._try(Memo.EXPENDITURE, expenditure_lines(self.case, spent))

    @rule()
    def release(self) -> None:
        with self.desk.uow.read() as connection:
            kinds = {owned(k, self.case): k for k in (Kind.RESERVED, Kind.COMMITTED)}
            left = {kinds[a]: m for a, m in balances(connection, kinds).items()}
            shares = shares_taken(connection, self.case.id)
        if any(left.values()):
            assert self._try(Memo.RELEASE, release_lines(self.case, left, shares))

    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        with self.desk.uow.read() as connection:
            known = connection.execute(
                journal.select().where(journal.c.case_id.is_not(None), journal.c.reverses.is_(None))
            ).all()
        if not known:
            return
        chosen = data.draw(st.sampled_from([row.id for row in known]))
        try:
            with self.desk.uow.begin(PAYER) as tx:
                reverse(tx, chosen, at=TODAY, entry=Entry(self.case, 1))
        except (Refused, Conflict):
            return

    def _try(self, memo: Memo, lines: Lines) -> bool:
        """Whether the books take the lines; if not, an account would have been overdrawn."""
        self.count += 1
        try:
            with self.desk.uow.begin(PAYER) as tx:
                key, entry = f"try:{self.count}", Entry(self.case, 1)
                post(tx, memo, lines, key=key, at=TODAY, entry=entry)
        except Refused as refused:
            return self._missing(refused)
        return True

    @staticmethod
    def _missing(refused: Refused) -> bool:
        assert {refusal.code for refusal in refused.refusals} == {"funds_missing"}
        return False

    @invariant()
    def the_books_hold_and_nothing_is_lost(self) -> None:
        faults = [f for f in self.desk.faults() if f.rule != "payment_differs"]
        assert faults == []  # payments here have no tranche, which the proof would tell
        with self.desk.uow.read() as connection:
            made = statement(connection, TODAY)
            received = sum(gift.received.minor for gift in list_contributions(connection))
        assert made.holds, made.proofs
        assert received == self.given.minor == (made.cash + made.advances + made.spent).minor
        assert min(made.available_by_source.values()) >= Money(0)

    def teardown(self) -> None:
        self.desk.engine.dispose()
        self.folder.cleanup()


TestConservation = Books.TestCase
TestConservation.settings = settings(
    max_examples=20,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
