"""The product as a site: served on a port of its own, with everybody able to sign in.

Cases are brought to where a page needs them by the script of the rehearsal, through the verbs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from random import Random

from sqlalchemy import Engine, select

from ricomi_workflow.ballots.rules import Position
from ricomi_workflow.cases.commands import open_case
from ricomi_workflow.cases.models import case
from ricomi_workflow.contributions.commands import record_pledge
from ricomi_workflow.contributions.indirect_costs import NO_ICR
from ricomi_workflow.contributions.receipts import record_receipt
from ricomi_workflow.identity.queries import find_user_by_email
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.ledger.accounts import Source
from ricomi_workflow.simulation import answers
from ricomi_workflow.simulation.scenario import Scenario, execute_project
from ricomi_workflow.web.current_user import EXTENSION
from tests.support.application import application
from tests.support.rehearsed import BEGIN, Rehearsed, rehearsed
from tests.support.serving import serve
from tests.support.visitor import signed_in

PASSWORD = "una clave larga para las pruebas"
RETURN = "return_for_clarification"
WHY = "Falta decir quién pagará los pasajes de la segunda visita."
Who = tuple[Role, str | None]


def _take(stage: Scenario, ref: str) -> None:
    stage.fire(ref, (Role.SECRETARIAT, None), "start_review")


def _weigh(stage: Scenario, ref: str) -> None:
    stage.fire(ref, (Role.SECRETARIAT, None), "record_admissibility", PASSES)
    stage.fire(ref, (Role.SECRETARIAT, None), "record_opinion")
    stage.fire(ref, (Role.SECRETARIAT, None), "open_ballot")


def _approve(stage: Scenario, ref: str) -> None:
    for country, delegate in stage.accounts.delegates():
        if stage.case(ref).state != "ceam_vote":
            return
        stage.vote(ref, delegate, country, Position.IN_FAVOUR)


PASSES: dict[str, Json] = {
    name: True
    for name in answers.admissibility(Random(2), answers.AnswerContext(date(2026, 9, 1), {}))
    if not name.endswith("_reason")
}
# From submitted to approved; each step is taken while the case has not arrived.
_WAY: tuple[Callable[[Scenario, str], None], ...] = (_take, _weigh, _approve)


def carried(stage: Scenario, ref: str, state: str) -> None:
    """Bring a case that was submitted to `state` by the script of the rehearsal."""
    for step in _WAY:
        if stage.case(ref).state == state:
            return
        step(stage, ref)
    if stage.case(ref).state != state:
        for _days in execute_project(stage, ref, state):
            pass


def delegate(country: str) -> Who:
    """The office of the delegate of a state."""
    return Role.CEAM_DELEGATE, country


@dataclass(frozen=True, slots=True)
class Site:
    """The address of the served product, and what stands behind it."""

    address: str
    behind: Rehearsed
    stage: Scenario

    def account(self, who: Who) -> str:
        """The e-mail address with which the holder of an office signs in."""
        return self.behind.accounts.emails[who]

    def cookie(self, who: Who) -> str:
        """The cookie of the holder of an office who has signed in."""
        with self.behind.services.uow.read() as connection:
            person = find_user_by_email(connection, self.account(who))
        assert person is not None
        return signed_in(person, self.stage.services.secret_key)

    def request(self, country: str = "PY", **changes: Json) -> dict[str, Json]:
        """The answers of a whole request in which nobody else takes part."""
        made = answers.request(self.stage.rng, self.stage.services, country, self.today, partners=0)
        return made | changes

    @property
    def today(self) -> date:
        """The day on which the site stands."""
        return self.stage.services.calendar.local_day(self.stage.clock.now())

    def open(self, country: str = "PY") -> str:
        """Open a case; answer its reference."""
        with self.stage.services.uow.begin(
            self.behind.accounts.actor(Role.FOCAL_POINT, country)
        ) as tx:
            return open_case(tx, self.stage.services, "cooperation_request", country).ref

    def case_at(self, state: str, country: str = "PY", **changes: Json) -> str:
        """A new case that the verbs brought to `state`; answer its reference."""
        ref = self.open(country)
        if state == "draft":
            return ref
        self.stage.fire(ref, (Role.FOCAL_POINT, ""), "submit", self.request(country, **changes))
        if state == "returned":
            _take(self.stage, ref)
            self.stage.fire(ref, (Role.SECRETARIAT, None), RETURN, reason=WHY)
            return ref
        carried(self.stage, ref, state)
        return ref

    def newest(self, kind: str) -> str:
        """The reference of the newest case of a kind."""
        with self.stage.services.uow.read() as connection:
            rows = connection.execute(
                select(case.c.ref).where(case.c.kind == kind).order_by(case.c.id.desc())
            )
            return str(rows.scalars().first())

    def vote(self, ref: str, countries: list[str], position: str = "in_favour") -> None:
        """The answers of several states."""
        for country in countries:
            delegate = self.behind.accounts.actor(Role.CEAM_DELEGATE, country)
            self.stage.vote(ref, delegate, country, Position(position))

    def give(self, amount: int = 275_000) -> None:
        """Whole dollars of both classes of donors, promised and received."""
        services, administrator = (
            self.stage.services,
            self.behind.accounts.actor(Role.FUND_ADMINISTRATOR),
        )
        for donor, source in (("MX", Source.MEMBER_STATES), ("ES", Source.PERMANENT_OBSERVERS)):
            with services.uow.begin(administrator) as tx:
                ref = record_pledge(tx, donor, source, Money(amount * 100), illustrative=True)
            with services.uow.begin(administrator) as tx:
                sum_ = Money(amount * 100)
                record_receipt(
                    tx, ref, sum_, bank_reference=f"EJ-{ref}", received_on=self.today, icr=NO_ICR
                )


@contextmanager
def open_site(engine: Engine, begin: datetime = BEGIN) -> Iterator[Site]:
    """Serve the product on `engine` with the people of the rehearsal, from the day `begin`.

    What its pages say of their own address is where they are served.
    """
    behind = rehearsed(engine, PASSWORD, begin)
    stage = Scenario(behind.services, behind.accounts, behind.clock, Random(1))
    app = application(behind, behind.services)
    with serve(app) as address:
        app.extensions[EXTENSION] = replace(behind.services, base_url=address)
        yield Site(address, behind, stage)
