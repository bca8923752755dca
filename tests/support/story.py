"""A story on the shipped definitions: who does what, and what is there afterwards.

People are called by their office as the trail writes it: `focal_point:PY`, `secretariat`. The
clock stands; every act moves it by a minute, so that what an act wrote is found by its instant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import Engine, func, select

from ricomi_workflow.audit.models import audit_entry
from ricomi_workflow.audit.queries import list_entries, verify_trails
from ricomi_workflow.audit.rules import Entry
from ricomi_workflow.ballots.commands import VoteReceipt, cast_vote
from ricomi_workflow.ballots.hooks import waited_for
from ricomi_workflow.bootstrap import TRAIL_CHECKS
from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.commands import Step, advance, lock, open_case
from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.cases.models import case as case_table
from ricomi_workflow.cases.queries import list_options
from ricomi_workflow.cases.rows import read_case
from ricomi_workflow.catalogue.commands import list_differences
from ricomi_workflow.catalogue.models import catalogue_entry
from ricomi_workflow.catalogue.queries import CatalogueEntry, get_entry
from ricomi_workflow.contributions.commands import record_pledge
from ricomi_workflow.contributions.indirect_costs import NO_ICR
from ricomi_workflow.contributions.receipts import record_receipt
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.deadlines.commands import sweep
from ricomi_workflow.deadlines.queries import list_due_dates
from ricomi_workflow.fund.invariants import verify as verify_books
from ricomi_workflow.fund.queries import available_by_source, get_case_finances
from ricomi_workflow.kernel.actors import Actor
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.clock import FrozenClock
from ricomi_workflow.kernel.errors import DomainError, NotFound
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.ledger.accounts import Source
from ricomi_workflow.ledger.models import account, journal, posting
from ricomi_workflow.messaging.models import message
from ricomi_workflow.reference_data.membership import electorate
from tests.support import papers
from tests.support.agreeing import disagreements
from tests.support.product import product
from tests.support.settled import settled

KIND = "cooperation_request"
APPLICANT, INSTITUTION, PARTNER = "focal_point:PY", "institution_user:PY", "focal_point:CL"
SECRETARIAT, CHAIR, FUND, CERTIFIER = (
    "secretariat",
    "chair",
    "fund_administrator",
    "certifying_officer",
)
ENOUGH = 100_000
OFFICES = (
    APPLICANT,
    INSTITUTION,
    PARTNER,
    "focal_point:AR",
    "focal_point:BR",
    "ceam_alternate:CL",
    SECRETARIAT,
    CHAIR,
    FUND,
    CERTIFIER,
    "auditor",
    "administrator",
)


@dataclass
class Story:
    """The product on one database, its people, and the case in hand."""

    engine: Engine
    people: dict[str, Actor] = field(default_factory=dict)  # made here unless they exist already
    services: Services = field(init=False)
    voters: tuple[str, ...] = field(init=False)
    ref: str = ""

    def __post_init__(self) -> None:
        self.services = product(self.engine)
        body = self.services.reference.body("ceam")
        self.voters = electorate(body, self.services.reference, self.today).counted
        delegates = [f"ceam_delegate:{country}" for country in self.voters]
        self.people = self.people or settled(self.services, [*OFFICES, *delegates])

    def on(self, engine: Engine) -> Story:
        """The same story on a copy of its database."""
        other = Story(engine, dict(self.people))
        other.clock.at, other.ref = self.clock.at, self.ref
        return other

    @property
    def clock(self) -> FrozenClock:
        """The clock of this story."""
        clock = self.services.uow.clock
        assert isinstance(clock, FrozenClock)
        return clock

    @property
    def today(self) -> date:
        """The Secretariat's local day."""
        return self.services.calendar.local_day(self.clock.now())

    @contextmanager
    def act(self, office: str) -> Iterator[Tx]:
        """An act of somebody, a minute after the last."""
        self.clock.advance(timedelta(minutes=1))
        with self.services.uow.begin(self.people[office]) as tx:
            yield tx

    def fill_the_fund(self, members: int = ENOUGH, observers: int = ENOUGH) -> None:
        """Money of both kinds of donors arrives, in whole dollars."""
        given = (
            (Source.MEMBER_STATES, "US", members),
            (Source.PERMANENT_OBSERVERS, "ES", observers),
        )
        for source, donor, units in given:
            if units:
                with self.act(FUND) as tx:
                    ref = record_pledge(tx, donor, source, Money(units * 100), illustrative=True)
                    bank = f"REC {ref}"
                    record_receipt(
                        tx,
                        ref,
                        Money(units * 100),
                        bank_reference=bank,
                        received_on=self.today,
                        icr=NO_ICR,
                    )

    def open(self, office: str = APPLICANT, *, exercise: bool = False) -> str:
        """Open a case, which is the one in hand from now on."""
        country = office.partition(":")[2]
        with self.act(office) as tx:
            self.ref = open_case(tx, self.services, KIND, country, exercise=exercise).ref
        return self.ref

    def do(
        self,
        office: str,
        trigger: str,
        inputs: Mapping[str, Json] | None = None,
        *,
        reason: str | None = None,
        ref: str | None = None,
    ) -> Step:
        """Let somebody fire a trigger on the case in hand, or on `ref`."""
        with self.act(office) as tx:
            found = lock(tx, self.services, ref or self.ref)
            return advance(tx, self.services, found, trigger, inputs=inputs, reason=reason)

    def vote(self, country: str, position: str = "in_favour", by: str = "") -> VoteReceipt:
        """Cast the vote of a state by its delegate, or by `by`."""
        with self.act(by or f"ceam_delegate:{country}") as tx:
            found = lock(tx, self.services, self.ref)
            return cast_vote(tx, self.services, found, country, position)

    def vote_until_decided(self, position: str = "in_favour") -> int:
        """Let state after state take `position` until that decides; answer how many it took."""
        for number, country in enumerate(self.voters, 1):
            if self.vote(country, position).decided:
                return number
        raise AssertionError("every state voted and nothing was decided")

    def after(self, last: str) -> str:
        """A new case that was carried through the plain life up to the act `last`."""
        self.open()
        for name, act in LIFE.items():
            act(self)
            if name == last:
                return self.ref
        raise AssertionError(f"{last} is no act of the plain life")

    def sweep_at_due(self) -> Mapping[str, int]:
        """Move the clock to the end of the present term and let the worker look once."""
        due = self.due()
        assert due is not None
        self.clock.at = max(due, self.clock.at)
        return self.sweep()

    def sweep(self) -> Mapping[str, int]:
        """Let the worker look once."""
        return sweep(self.services, waited_for=waited_for)

    def why_not(self, office: str, trigger: str) -> list[str] | None:
        """The codes against a trigger as the page shows them; None when it is not offered."""
        found = self.case()
        with self.services.uow.look(self.people[office]) as look:
            for option in list_options(look, self.services, found):
                if option.taken.trigger == trigger:
                    return [refusal.code for refusal in option.refusals]
        return None

    def case(self, ref: str | None = None) -> Case:
        """The case as it stands."""
        with self.services.uow.read() as connection:
            found = read_case(connection, ref or self.ref)
        assert found is not None
        return found

    @property
    def state(self) -> str:
        """The state of the case in hand."""
        return self.case().state

    def entries(self) -> list[Entry]:
        """The trail of the case in hand."""
        with self.services.uow.read() as connection:
            return list_entries(connection, self.case().id)

    def acts(self) -> list[str]:
        """The numbered trail in words: `2 case.submit draft>submitted focal_point:PY`."""
        return [f"{e.seq} {e.act} {e.from_state}>{e.to_state} {e.office}" for e in self.entries()]

    def money(self, ref: str | None = None) -> tuple[int, ...]:
        """Whole dollars reserved, committed, disbursed, advanced and spent."""
        with self.services.uow.read() as connection:
            m = get_case_finances(connection, self.case(ref))
        figures = (m.reserved, m.committed, m.disbursed, m.advances, m.spent)
        return tuple(figure.minor // 100 for figure in figures)

    def available(self) -> tuple[int, int]:
        """Whole dollars free of member states and of permanent observers."""
        with self.services.uow.read() as connection:
            there = available_by_source(connection)
        return (
            there[Source.MEMBER_STATES].minor // 100,
            there[Source.PERMANENT_OBSERVERS].minor // 100,
        )

    def moved(self) -> dict[str, int]:
        """What the last act posted: whole dollars by kind of account, debit positive."""
        found = self.case()
        with self.services.uow.read() as connection:
            rows = connection.execute(
                select(account.c.code, func.sum(posting.c.amount))
                .join(posting, posting.c.account_id == account.c.id)
                .join(journal, journal.c.id == posting.c.journal_id)
                .where(journal.c.case_id == found.id, journal.c.case_seq == found.version)
                .group_by(account.c.code)
            )
            return {code.removesuffix(f":{self.ref}"): int(sum_) // 100 for code, sum_ in rows}

    def told(self) -> dict[str, list[str]]:
        """Whom the last act wrote to: offices by message; all delegates are one word."""
        by_key = {actor.user_id: office for office, actor in self.people.items()}
        with self.services.uow.read() as connection:
            rows = connection.execute(
                select(message.c.name, message.c.user_id).where(
                    message.c.created_at == self.clock.now(), message.c.case_id == self.case().id
                )
            ).all()
        found: dict[str, set[str]] = {}
        for name, key in rows:
            office = by_key[key]
            delegate = office.startswith("ceam_delegate:")
            found.setdefault(name, set()).add("ceam_delegate" if delegate else office)
        return {name: sorted(offices) for name, offices in found.items()}

    def due(self, ref: str | None = None) -> datetime | None:
        """When the term of the present state ends."""
        key = self.case(ref).id
        with self.services.uow.read() as connection:
            return list_due_dates(connection, [key]).get(key)

    def due_day(self) -> str:
        """The same as the Secretariat's day, empty when there is no term."""
        due = self.due()
        return self.services.calendar.local_day(due).isoformat() if due else ""

    def public(self) -> CatalogueEntry | None:
        """The entry of the public catalogue."""
        with self.services.uow.read() as connection:
            try:
                return get_entry(connection, self.ref)
            except NotFound:
                return None

    def status(self) -> str:
        """The status that the public reads; empty when the case is not public."""
        entry = self.public()
        return entry.status if entry else ""

    def faults(self) -> list[object]:
        """What is wrong with trails, books, figures and catalogue; empty when all is well."""
        with self.services.uow.read() as connection:
            found: list[object] = [
                fault for fault in verify_trails(connection, TRAIL_CHECKS) if fault
            ]
            found += verify_books(connection)
            found += disagreements(connection, self.today)
            found += [
                ref for ref, differs in list_differences(connection, self.services) if differs
            ]
            counted = (
                select(func.count())
                .where(audit_entry.c.case_id == case_table.c.id)
                .scalar_subquery()
            )
            found += connection.execute(
                select(case_table.c.ref).where(case_table.c.version != counted)
            ).scalars()
            approved = select(audit_entry.c.case_id).where(
                audit_entry.c.to_state == "approved_awaiting_funds"
            )
            found += connection.execute(
                select(catalogue_entry.c.ref).where(
                    catalogue_entry.c.kind == KIND, catalogue_entry.c.entry_id.not_in(approved)
                )
            ).scalars()
        return found


def answer_of(act: Callable[[], object]) -> DomainError:
    """What the domain answers instead of acting."""
    try:
        act()
    except DomainError as error:
        return error
    raise AssertionError("nothing was refused")


def codes(error: DomainError) -> list[str]:
    """The reasons of a refusal, the mistakes of an input, or the code of the error."""
    refusals = [refusal.code for refusal in getattr(error, "refusals", ())]
    fields = [f"{fault.path}: {fault.code}" for fault in getattr(error, "fields", ())]
    return refusals or fields or [error.code]


FIRST_SPENT, LAST_SPENT, GIVEN_BACK = {papers.FARES: 4_000, papers.PER_DIEM: 1_000}, 2_500, 500
LIFE: Mapping[str, Callable[[Story], object]] = {
    "submit": lambda s: s.do(APPLICANT, "submit", papers.request(s.today)),
    "start_review": lambda s: s.do(SECRETARIAT, "start_review"),
    "confirm_participation": lambda s: s.do(PARTNER, "confirm_participation"),
    "record_admissibility": lambda s: s.do(
        SECRETARIAT, "record_admissibility", papers.admissibility()
    ),
    "record_opinion": lambda s: s.do(SECRETARIAT, "record_opinion", papers.opinion()),
    "open_ballot": lambda s: s.do(SECRETARIAT, "open_ballot"),
    "decide": lambda s: s.vote_until_decided(),
    "fund": lambda s: s.do(FUND, "fund"),
    "record_agreement": lambda s: s.do(APPLICANT, "record_agreement", papers.agreement(s.today)),
    "submit_plan": lambda s: s.do(INSTITUTION, "submit_plan", papers.plan(s.today)),
    "accept_plan": lambda s: s.do(SECRETARIAT, "accept_plan"),
    "designate_official": lambda s: s.do(APPLICANT, "designate_official", papers.official()),
    "start_execution": lambda s: s.do(FUND, "start_execution"),
    "request_tranche": lambda s: s.do(INSTITUTION, "request_tranche", papers.tranche(8_000)),
    "certify_tranche": lambda s: s.do(CERTIFIER, "certify_tranche"),
    "pay_tranche": lambda s: s.do(FUND, "pay_tranche", papers.payment(s.today)),
    "submit_report": lambda s: s.do(
        INSTITUTION, "submit_report", papers.progress(s.today, FIRST_SPENT)
    ),
    "accept_report": lambda s: s.do(SECRETARIAT, "accept_report"),
    "submit_final_report": lambda s: s.do(
        APPLICANT, "submit_final_report", papers.final({papers.PER_DIEM: LAST_SPENT})
    ),
    "accept_final_accounts": lambda s: s.do(SECRETARIAT, "accept_final_accounts"),
    "record_refund": lambda s: s.do(FUND, "record_refund", papers.refund(s.today, GIVEN_BACK)),
    "close": lambda s: s.do(SECRETARIAT, "close"),
}
