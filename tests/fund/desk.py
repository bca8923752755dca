"""A desk at which money of cases moves: the shipped workflow with the real verbs of the fund.

The guards and effects of other slices are left out, so that these tests stand on the fund alone;
engine, forms, trail and database are the real ones.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache

from sqlalchemy import Connection, Engine

from ricomi_workflow import bootstrap
from ricomi_workflow.audit.commands import record
from ricomi_workflow.audit.queries import list_entries
from ricomi_workflow.audit.rules import FIRST_HEAD, Entry
from ricomi_workflow.cases import hooks as case_hooks
from ricomi_workflow.cases.act import Act, Services
from ricomi_workflow.cases.commands import Step, act_on, advance, check_form_and_reason
from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.cases.models import case as case_table
from ricomi_workflow.cases.models import submission
from ricomi_workflow.cases.rows import lock_case, read_case
from ricomi_workflow.contributions.commands import record_pledge
from ricomi_workflow.contributions.indirect_costs import NO_ICR
from ricomi_workflow.contributions.receipts import record_receipt
from ricomi_workflow.db.uow import Tx, UnitOfWork
from ricomi_workflow.engine.process import Process
from ricomi_workflow.fund import hooks
from ricomi_workflow.fund.invariants import verify
from ricomi_workflow.fund.operating_expenses import (
    ExpenseRequest,
    pay_expense,
    prepare_expense,
)
from ricomi_workflow.fund.queries import CaseFinances, available_by_source, get_case_finances
from ricomi_workflow.kernel.actors import SYSTEM, Actor, Grant, Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.clock import FrozenClock
from ricomi_workflow.kernel.errors import Refusal
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.kernel.refs import new_id
from ricomi_workflow.ledger.accounts import Source
from ricomi_workflow.ledger.invariants import Fault

TODAY = date(2026, 9, 14)
REF = "RICOMI-2026-0001"


def person(user_id: int, role: Role, country: str | None = None) -> Actor:
    """Somebody with one role."""
    return Actor(user_id, f"{role} {user_id}", "en", frozenset({Grant(role, country)}))


APPLICANT = person(1, Role.FOCAL_POINT, "PY")
SECRETARY = person(2, Role.SECRETARIAT)
CERTIFIER = person(3, Role.CERTIFYING_OFFICER)
PAYER = person(4, Role.FUND_ADMINISTRATOR)
CHAIR = person(5, Role.CHAIR)
EVERYTHING = Actor(
    9,
    "all in one",
    "en",
    frozenset(
        {
            Grant(Role.FOCAL_POINT, "PY"),
            Grant(Role.CERTIFYING_OFFICER),
            Grant(Role.FUND_ADMINISTRATOR),
        }
    ),
)


def usd(units: int) -> Money:
    """Whole dollars."""
    return Money(units * 100)


def financing(members: int, observers: int) -> list[Json]:
    """The table `financing` of a request, whole dollars."""
    named = {"member_states": members, "permanent_observers": observers}
    return [{"source": s, "amount": str(usd(units))} for s, units in named.items() if units]


def budget(lines: Mapping[str, int]) -> list[Json]:
    """The table `budget` of a request, whole dollars a line."""
    return [
        {"component": "meeting", "line": line, "category": "airfare", "total": str(usd(units))}
        for line, units in lines.items()
    ]


def spending(**lines: int) -> dict[str, Json]:
    """A progress report that accounts for whole dollars by line."""
    rows = [{"line": n, "amount": str(usd(u)), "evidence": "Invoice"} for n, u in lines.items()]
    return {
        "period_from": "2026-09-01",
        "period_to": "2026-09-14",
        "activities": "Two missions.",
        "women": 3,
        "men": 2,
        "spending": rows,
        "next_steps": "A workshop.",
    }


def final(**lines: int) -> dict[str, Json]:
    """A final report that accounts for whole dollars by line."""
    return {
        "result_types": ["training"],
        "what_changed": {"es": "Un proceso nuevo."},
        "lessons": {"es": "Empezar antes."},
        "officials_trained_women": 3,
        "officials_trained_men": 2,
        "spending": spending(**lines)["spending"],
        "satisfaction_applicant": 5,
    }


PLAN: dict[str, Json] = {
    "reference": "AG-1",
    "signed_on": TODAY.isoformat(),
    "designated_official": "Ana",
    "designated_post": "Director",
    "plan": [
        {"activity": "Visit", "starts": "2026-10-01", "ends": "2026-10-05", "responsible": "Ana"}
    ],
    "tranches": [{"number": 1, "amount": "60.00", "purpose": "Travel"}],
}
PAYMENT: dict[str, Json] = {"bank_reference": "BANK-1", "paid_on": TODAY.isoformat()}


def _no_objection(_act: Act) -> Refusal | None:
    return None


def _nothing(_act: Act) -> None:
    return None


@cache
def _composed() -> Services:
    """The product with the hooks of the spine and the fund alone, on no database."""
    services = bootstrap.compose(bootstrap.Settings(database_url="sqlite://", secret_key="k"))
    services.uow.engine.dispose()
    guards = dict.fromkeys(bootstrap.GUARDS, _no_objection) | hooks.GUARDS
    guards["agreement_recorded"] = case_hooks.agreement_recorded
    effects = dict.fromkeys(bootstrap.EFFECTS, _nothing) | hooks.EFFECTS
    effects["file_submission"] = case_hooks.file_submission
    processes = {
        key: Process(
            workflow, guards, effects, accept=check_form_and_reason, implied=("file_submission",)
        )
        for key, workflow in services.library.workflows.items()
    }
    return replace(services, processes=processes)


@dataclass
class Desk:
    """One database with a clock that stands, and short words for the acts of these tests."""

    engine: Engine
    clock: FrozenClock = field(
        default_factory=lambda: FrozenClock(datetime(2026, 9, 14, 15, 0, tzinfo=UTC))
    )

    def __post_init__(self) -> None:
        self.uow = UnitOfWork(self.engine, self.clock)
        self.services = replace(_composed(), uow=self.uow)

    def on(self, engine: Engine) -> "Desk":
        """The same desk on a copy of its database."""
        return Desk(engine, FrozenClock(self.clock.at))

    def give(self, members: int = 0, observers: int = 0) -> None:
        """Money of both classes of donors arrives."""
        with self.uow.begin(PAYER) as tx:
            for donor, source, units in (
                ("CA", Source.MEMBER_STATES, members),
                ("ES", Source.PERMANENT_OBSERVERS, observers),
            ):
                if units:
                    ref = record_pledge(tx, donor, source, usd(units))
                    record_receipt(
                        tx,
                        ref,
                        usd(units),
                        bank_reference=f"IN-{ref}",
                        received_on=TODAY,
                        icr=NO_ICR,
                    )

    def case(
        self,
        members: int = 60,
        observers: int = 40,
        *,
        ref: str = REF,
        lines: Mapping[str, int] | None = None,
        about: Mapping[str, Json] | None = None,
    ) -> str:
        """A case under review by the Secretariat, with its request."""
        with self.uow.begin(SYSTEM) as tx:
            found = _insert(tx, ref)
            cost = lines or {"fares": members + observers}
            values = {
                "financing": financing(members, observers),
                "budget": budget(cost),
                **(about or {}),
            }
            self._file(tx, found, "request", values)
        return ref

    def act(
        self,
        trigger: str,
        by: Actor,
        inputs: Mapping[str, Json] | None = None,
        *,
        ref: str = REF,
        reason: str | None = None,
    ) -> Step:
        """One act on the case in one transaction."""
        with self.uow.begin(by) as tx:
            found = self.locked(tx, ref)
            return advance(tx, self.services, found, trigger, inputs=inputs, reason=reason)

    def apply(self, effect: str, by: Actor, ref: str = REF) -> None:
        """One effect of the fund alone, whatever the state of the case."""
        with self.uow.begin(by) as tx:
            found = self.locked(tx, ref)
            hooks.EFFECTS[effect](act_on(tx, self.services, found))

    def acts(self, *steps: tuple[str, Actor] | tuple[str, Actor, Mapping[str, Json]]) -> None:
        """Several acts, a minute apart."""
        for trigger, by, *inputs in steps:
            self.act(trigger, by, *inputs)
            self.clock.advance(timedelta(minutes=1))

    def executing(
        self, members: int = 60, observers: int = 40, lines: Mapping[str, int] | None = None
    ) -> str:
        """A case in execution: reserved, committed, with an agreement; all the money is its own."""
        self.give(members, observers)
        ref = self.case(members, observers, lines=lines)
        self.acts(
            ("open_ballot", SECRETARY),
            ("decide", SYSTEM),
            ("fund", PAYER),
            ("record_agreement", APPLICANT, PLAN),
            ("start_execution", PAYER),
        )
        return ref

    def paid(self, units: int = 50) -> None:
        """A tranche of the executing case, asked for, certified and paid."""
        self.ask(units)
        self.acts(("certify_tranche", CERTIFIER), ("pay_tranche", PAYER, PAYMENT))

    def spend(
        self, spending: ExpenseRequest, bank_reference: str = "BANK-7", on: date = TODAY
    ) -> str:
        """A payment of the fund itself, prepared by one person and paid by another."""
        with self.uow.begin(PAYER) as tx:
            ref = prepare_expense(tx, spending)
        with self.uow.begin(CERTIFIER) as tx:
            pay_expense(tx, ref, paid_on=on, bank_reference=bank_reference)
        return ref

    def ask(self, units: int, by: Actor = APPLICANT) -> None:
        """A tranche is asked for."""
        self.act("request_tranche", by, {"amount": str(usd(units)), "purpose": "Travel"})

    def why(self, name: str, by: Actor = SECRETARY, ref: str = REF) -> Refusal | None:
        """What a guard of the fund has against an act on the case."""
        with self.uow.look(by) as tx:
            return hooks.GUARDS[name](act_on(tx, self.services, self.locked(tx, ref)))

    def money(self, ref: str = REF) -> CaseFinances:
        """The money of the case."""
        with self.uow.read() as connection:
            return get_case_finances(connection, _found(connection, ref))

    def held(self, ref: str = REF) -> tuple[int, ...]:
        """Whole dollars: cash-free figures reserved, committed, disbursed, advances, spent."""
        m = self.money(ref)
        figures = (m.reserved, m.committed, m.disbursed, m.advances, m.spent)
        return tuple(money.minor // 100 for money in figures)

    def available(self) -> tuple[int, int]:
        """Whole dollars available from member states and from permanent observers."""
        with self.uow.read() as connection:
            there = available_by_source(connection)
        return (
            there[Source.MEMBER_STATES].minor // 100,
            there[Source.PERMANENT_OBSERVERS].minor // 100,
        )

    def trail(self, ref: str = REF) -> list[Entry]:
        """The entries of the case."""
        with self.uow.read() as connection:
            return list_entries(connection, _found(connection, ref).id)

    def faults(self) -> list[Fault]:
        """What does not hold in the books."""
        with self.uow.read() as connection:
            return verify(connection)

    def locked(self, tx: Tx, ref: str) -> Case:
        """The case under lock."""
        found = lock_case(tx.driver, ref)
        assert found is not None
        return found

    def _file(self, tx: Tx, found: Case, form: str, values: Mapping[str, Json]) -> None:
        row = {
            "id": new_id(),
            "case_id": found.id,
            "seq": found.version,
            "form": form,
            "version": 1,
            "form_digest": "0" * 64,
            "number": 1,
            "values": values,
            "digest": "0" * 64,
            "by": None,
            "at": tx.now,
        }
        tx.insert(submission, row)


def _found(connection: Connection, ref: str) -> Case:
    found = read_case(connection, ref)
    assert found is not None
    return found


def _insert(tx: Tx, ref: str) -> Case:
    found = Case(
        id=new_id(),
        ref=ref,
        kind="cooperation_request",
        definition="cooperation_request/v1",
        country="PY",
        illustrative=True,
        opened_at=tx.now,
        version=0,
        head=FIRST_HEAD,
        state="",
        entered=0,
        entered_at=tx.now,
        updated_at=tx.now,
        title=None,
    )
    row = {name: getattr(found, name) for name in case_table.c.keys() if hasattr(found, name)}  # noqa: SIM118 - a column collection
    tx.insert(case_table, row | {"definition_digest": "0" * 64})
    found.state = "secretariat_review"
    record(tx, found, "case.opened", office="system", from_state="")
    return found
