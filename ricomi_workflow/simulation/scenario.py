"""A case carried by a script: one act after another, each by whom the process wants.

Used by the demonstration. Acts of several cases are played in the order of their days, so that
the books and the trails read as if they had happened.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from random import Random

from ricomi_workflow.ballots.commands import cast_vote
from ricomi_workflow.ballots.rules import Position
from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.commands import advance, lock
from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.cases.rows import read_case
from ricomi_workflow.kernel.actors import SYSTEM, Actor, Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.clock import FrozenClock
from ricomi_workflow.kernel.errors import DomainError
from ricomi_workflow.simulation.accounts import Accounts
from ricomi_workflow.simulation.answers import ANSWERS
from ricomi_workflow.simulation.work_answers import AnswerContext, answer_context

Waits = Iterator[int]  # yields the days to wait before the next act
_SECRETARIAT = (Role.SECRETARIAT, None)
_FUND = (Role.FUND_ADMINISTRATOR, None)
_CERTIFIER = (Role.CERTIFYING_OFFICER, None)
_APPLICANT = (Role.FOCAL_POINT, "")  # the state of the case is filled in
# After the decision: who acts, by which trigger, how many days after the act before.
_EXECUTION: tuple[tuple[tuple[Role, str | None], str, int], ...] = (
    (_FUND, "fund", 4),
    (_APPLICANT, "record_agreement", 9),
    (_APPLICANT, "submit_plan", 1),
    (_SECRETARIAT, "accept_plan", 3),
    (_APPLICANT, "designate_official", 1),
    (_FUND, "start_execution", 1),
    (_APPLICANT, "request_tranche", 3),
    (_CERTIFIER, "certify_tranche", 2),
    (_FUND, "pay_tranche", 2),
    (_APPLICANT, "submit_report", 35),
    (_SECRETARIAT, "accept_report", 5),
    (_APPLICANT, "submit_final_report", 30),
    (_SECRETARIAT, "accept_final_accounts", 6),
    (_FUND, "record_refund", 3),
    (_SECRETARIAT, "close", 2),
)


@dataclass(frozen=True, slots=True)
class Scenario:
    """Where a script plays."""

    services: Services
    accounts: Accounts
    clock: FrozenClock
    rng: Random

    def case(self, ref: str) -> Case:
        """The case as it stands."""
        with self.services.uow.read() as connection:
            found = read_case(connection, ref)
        if found is None:
            raise AssertionError(ref)
        return found

    def fire(
        self,
        ref: str,
        who: tuple[Role, str | None],
        trigger: str,
        inputs: Mapping[str, Json] | None = None,
        reason: str | None = None,
    ) -> None:
        """One act; the answers to its form are made up when none are given."""
        case = self.case(ref)
        role, country = who
        actor = self.accounts.actor(role, country if country is None or country else case.country)
        form = self.services.process(case).offered(case.state, trigger)[0].form
        if form and inputs is None:
            inputs = ANSWERS[form.partition("/")[0]](self.rng, self.context(case))
        with self.services.uow.begin(actor) as tx:
            locked = lock(tx, self.services, ref)
            advance(tx, self.services, locked, trigger, inputs=inputs, reason=reason)

    def vote(self, ref: str, delegate: Actor, country: str, position: Position) -> None:
        """One state's answer."""
        with self.services.uow.begin(delegate) as tx:
            locked = lock(tx, self.services, ref)
            cast_vote(tx, self.services, locked, country, position)

    def context(self, case: Case) -> AnswerContext:
        """What answers depend on."""
        return answer_context(self.services, case)


def review_request(scenario: Scenario, ref: str) -> Waits:
    """From submitted to a ballot that can be opened: review, confirmations, checklist, opinion."""
    yield 2
    scenario.fire(ref, _SECRETARIAT, "start_review")
    for taking_part in scenario.case(ref).participants:
        yield 3
        scenario.fire(ref, (Role.FOCAL_POINT, taking_part.country), "confirm_participation")
    yield 5
    scenario.fire(ref, _SECRETARIAT, "record_admissibility", _all_pass(scenario, ref))
    yield 4
    scenario.fire(ref, _SECRETARIAT, "record_opinion")
    yield 2


def search_partner(scenario: Scenario, ref: str, answering: str) -> Waits:
    """From submitted to a search for a partner in which one state has answered."""
    yield 2
    scenario.fire(ref, _SECRETARIAT, "start_review")
    yield 3
    scenario.fire(ref, _SECRETARIAT, "record_admissibility", _all_pass(scenario, ref))
    yield 1
    scenario.fire(ref, _SECRETARIAT, "seek_partner")
    yield 8
    scenario.fire(ref, (Role.FOCAL_POINT, answering), "answer_search")


def request_reallocation(scenario: Scenario, ref: str) -> Waits:
    """A change of the budget beyond the Secretariat's margin, and some votes on it."""
    yield 6
    source, target, *_ = scenario.context(scenario.case(ref)).left.items()
    move = {"source": source[0], "target": target[0], "amount": str(source[1].allocate([1, 1])[0])}
    why = "Los pasajes costaron menos de lo previsto."
    asked: dict[str, Json] = {"moves": [move], "justification": why}
    scenario.fire(ref, _APPLICANT, "ask_reallocation", asked)
    yield 3
    scenario.fire(ref, _SECRETARIAT, "put_reallocation_to_vote")
    for country, delegate in scenario.accounts.delegates()[:_SOME]:
        scenario.vote(ref, delegate, country, Position.IN_FAVOUR)


def report_follow_up(scenario: Scenario, ref: str) -> Waits:
    """From closed to the report on what has lasted, when it falls due."""
    yield _HALF_A_YEAR
    with scenario.services.uow.begin(SYSTEM) as tx:
        advance(tx, scenario.services, lock(tx, scenario.services, ref), "follow_up_falls_due")
    yield 5
    scenario.fire(ref, _APPLICANT, "submit_follow_up")


def hold_ballot(scenario: Scenario, ref: str) -> Waits:
    """The ballot, from its opening to the vote that decides it."""
    before = scenario.case(ref).state
    scenario.fire(ref, _SECRETARIAT, "open_ballot")
    voting = scenario.case(ref).state
    delegates = scenario.accounts.delegates()
    for country, delegate in scenario.rng.sample(delegates, len(delegates)):
        if scenario.case(ref).state != voting:
            return
        if scenario.rng.random() < _A_DAY_LATER:
            yield 1
        rare = scenario.rng.random() < _NOT_IN_FAVOUR
        scenario.vote(ref, delegate, country, Position.ABSTAIN if rare else Position.IN_FAVOUR)
    raise AssertionError(f"{ref} came from {before} and was not decided")


def execute_project(scenario: Scenario, ref: str, until: str) -> Waits:
    """From approved to `until`, act by act."""
    for who, trigger, days in _EXECUTION:
        if scenario.case(ref).state == until and until != "executing":
            return
        if until == "executing" and trigger == "submit_report":
            return
        yield days
        case = scenario.case(ref)
        if trigger == "record_refund" and not scenario.context(case).advanced:
            continue
        scenario.fire(ref, who, trigger)


def play_scenarios(
    scenario: Scenario, scripts: list[tuple[datetime, Waits]], *, until: datetime | None = None
) -> None:
    """Play scripts that begin at given instants, their acts in the order of their days.

    What would happen after `until` is left out.
    """
    order = count()
    waiting: list[tuple[datetime, int, Waits]] = []
    for begins, script in scripts:
        heappush(waiting, (begins, next(order), script))
    while waiting:
        at, turn, script = heappop(waiting)
        if until and at > until:
            return
        scenario.clock.at = max(scenario.clock.at, at)
        days = next(script, None)
        if days is not None:
            heappush(waiting, (at + timedelta(days=days), turn, script))


_A_DAY_LATER = 0.3
_HALF_A_YEAR = 184
_SOME = 6  # states that have answered on a change of the budget
_NOT_IN_FAVOUR = 0.1


def _all_pass(scenario: Scenario, ref: str) -> dict[str, Json]:
    answers = ANSWERS["admissibility"](scenario.rng, scenario.context(scenario.case(ref)))
    return {name: True for name in answers if not name.endswith("_reason")}


@dataclass(slots=True)
class Summary:
    """What a simulation did: acts by name, refusals by code, cases by state at the end."""

    acts: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)

    def refused(self, error: DomainError) -> None:
        """Count `error` by the first reason that it names."""
        refusals = getattr(error, "refusals", ())
        self.refusals[refusals[0].code if refusals else error.code] += 1
