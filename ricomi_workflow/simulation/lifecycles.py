"""The career of one request in a fund at work: each office does what its state awaits.

Unlike the script of the demonstration, a career looks where its case stands before each act, so
that it goes on from wherever a deadline, a vote or a refusal has taken it. Most go the straight
way; some are voted down, sent back, cancelled, or simply fall silent with the money in their hands.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, MutableMapping
from dataclasses import dataclass, field
from functools import partial
from random import Random

from ricomi_workflow.ballots.rules import Position
from ricomi_workflow.cases.commands import open_case
from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import DomainError
from ricomi_workflow.simulation import answers
from ricomi_workflow.simulation.scenario import Scenario, Summary, Waits
from ricomi_workflow.simulation.work_answers import NothingLeft

_KIND = "cooperation_request"
_REASON = "Ejemplo de razón."
_SECRETARIAT = (Role.SECRETARIAT, None)
_FUND = (Role.FUND_ADMINISTRATOR, None)
_CERTIFIER = (Role.CERTIFYING_OFFICER, None)
_CHAIR = (Role.CHAIR, None)
_APPLICANT = (Role.FOCAL_POINT, "")  # the state of the case is filled in
_LONGEST = 90  # turns after which a case is left as it is
_VOTES_A_DAY = 6
_TRIES = 12  # how often money that is not there is waited for
_WAIT = 20  # days between two tries
# How likely the less usual is.
_UNPOPULAR, _BACK, _REFUSED = 0.07, 0.06, 0.04
_SILENT, _CANCELLED, _FORGOTTEN = 0.03, 0.04, 0.02
_UNREPORTED, _EXCEPTION, _DECLINED = 0.08, 0.6, 0.2
_ANOTHER_TRANCHE = 0.7
_ANSWERS = (Position.IN_FAVOUR, Position.AGAINST, Position.ABSTAIN)


@dataclass(frozen=True, slots=True)
class Run:
    """A stage on which a refusal is counted and does not end the play."""

    scenario: Scenario
    summary: Summary
    rng: Random
    to_answer: MutableMapping[str, list[str]] = field(default_factory=dict)

    def case(self, ref: str) -> Case:
        """The case as it stands."""
        return self.scenario.case(ref)

    def fire(
        self,
        ref: str,
        who: tuple[Role, str | None],
        trigger: str,
        inputs: Mapping[str, Json] | None = None,
    ) -> bool:
        """One act; whether it was done."""
        case = self.case(ref)
        if not self.scenario.services.process(case).offered(case.state, trigger):
            self.summary.refusals["not_offered"] += 1
            return False
        return self.tried(trigger, lambda: self.scenario.fire(ref, who, trigger, inputs, _REASON))

    def tried(self, name: str, act: Callable[[], object]) -> bool:
        """Do `act`, or count why not; whether it was done."""
        try:
            act()
        except NothingLeft:
            self.summary.refusals["nothing_left"] += 1
            return False
        except DomainError as error:
            self.summary.refused(error)
            return False
        self.summary.acts[name] += 1
        return True

    def chance(self, odds: float) -> bool:
        """Whether something of these odds happens."""
        return self.rng.random() < odds

    def days(self, fewest: int, most: int) -> int:
        """So many days, or a few more."""
        return self.rng.randint(fewest, most)


def play_lifecycle(run: Run, country: str) -> Waits:
    """The life of one request of `country`, from its draft to wherever it comes."""
    with run.scenario.services.uow.begin(
        run.scenario.accounts.actor(Role.FOCAL_POINT, country)
    ) as tx:
        ref = open_case(tx, run.scenario.services, _KIND, country, illustrative=True).ref
    run.summary.acts["open"] += 1
    for _ in range(_LONGEST):
        yield run.days(1, 4)
        turn = _TURNS.get(run.case(ref).state)
        if turn is None:
            return
        yield from turn(run, ref)


def _submit(run: Run, ref: str) -> Waits:
    case, services = run.case(ref), run.scenario.services
    today = services.calendar.local_day(run.scenario.clock.now())
    asked = answers.request(run.rng, services, case.country, today)
    run.fire(ref, _APPLICANT, "submit", answers.shared(asked))
    yield run.days(1, 3)


def _take_up(run: Run, ref: str) -> Waits:
    run.fire(ref, _SECRETARIAT, "start_review")
    yield run.days(1, 5)


def _review(run: Run, ref: str) -> Waits:
    for taking_part in run.case(ref).participants:
        if taking_part.confirmed_seq is None:
            run.fire(ref, (Role.FOCAL_POINT, taking_part.country), "confirm_participation")
            yield run.days(1, 4)
    if run.fire(ref, _SECRETARIAT, "record_admissibility"):
        yield run.days(1, 4)
        if not run.fire(ref, _SECRETARIAT, "record_opinion"):
            run.fire(ref, _SECRETARIAT, "declare_inadmissible")
            return
    yield from _put_to_vote(run, ref)


def _put_to_vote(run: Run, ref: str) -> Waits:
    """Open the ballot, once there is money for it; withdraw when there never is."""
    for _ in range(_TRIES):
        yield run.days(1, 5)
        if run.fire(ref, _SECRETARIAT, "open_ballot"):
            return
        yield _WAIT
    run.fire(ref, _APPLICANT, "withdraw")


def _vote(run: Run, ref: str) -> Waits:
    """Some states answer on this day."""
    delegates = dict(run.scenario.accounts.delegates())
    waiting = run.to_answer.setdefault(ref, [])
    if not waiting:
        waiting += run.rng.sample(sorted(delegates), len(delegates))
    unpopular = Random(ref).random() < _UNPOPULAR  # noqa: S311 - a story, no secret
    for country in (waiting.pop() for _ in range(min(_VOTES_A_DAY, len(waiting)))):
        position = run.rng.choices(_ANSWERS, [3, 14, 1] if unpopular else [14, 1, 1])[0]
        if not run.tried(
            "vote", partial(run.scenario.vote, ref, delegates[country], country, position)
        ):
            break
        if run.case(ref).state != "ceam_vote":
            run.to_answer.pop(ref)
            return
    yield run.days(0, 2)


def _fund(run: Run, ref: str) -> Waits:
    yield run.days(2, 10) if not run.chance(_FORGOTTEN) else run.days(370, 400)
    run.fire(ref, _FUND, "fund")


def _prepare(run: Run, ref: str) -> Waits:
    """From funded to the beginning of the work: agreement, plan, official."""
    yield run.days(3, 15)
    run.fire(ref, _APPLICANT, "record_agreement")
    yield run.days(1, 5)
    if run.chance(_CANCELLED):
        run.fire(ref, _SECRETARIAT, "cancel")
        return
    run.fire(ref, _APPLICANT, "submit_plan")
    yield run.days(1, 5)
    if run.chance(_BACK):
        run.fire(ref, _SECRETARIAT, "return_plan")
        yield run.days(2, 8)
        run.fire(ref, _APPLICANT, "submit_plan")
        yield run.days(1, 5)
    run.fire(ref, _SECRETARIAT, "accept_plan")
    run.fire(ref, _APPLICANT, "designate_official")
    yield run.days(1, 10)
    run.fire(ref, _FUND, "start_execution")


def _carry_out(run: Run, ref: str) -> Waits:
    """A tranche and the work that it pays for, or the final report when that was the last."""
    context = run.scenario.context(run.case(ref))
    begun = context.committed < context.granted
    wanted = context.committed and (not begun or run.chance(_ANOTHER_TRANCHE))
    if wanted and (
        run.fire(ref, _APPLICANT, "request_tranche") or (yield from _excepted(run, ref))
    ):
        yield from _paid(run, ref)
    elif context.advanced and begun and run.chance(_CANCELLED):
        yield from _give_back(run, ref)
        run.fire(ref, _SECRETARIAT, "cancel")
    elif context.advanced or begun:
        yield from _report(run, ref)


def _excepted(run: Run, ref: str) -> Generator[int, None, bool]:
    """A report is missing: the fund may ask that it is not waited for, and the chair agree.

    Answers whether a tranche could be requested after all.
    """
    if run.case(ref).state != "executing" or not run.chance(_EXCEPTION):
        return False
    yield run.days(1, 4)
    asked: dict[str, Json] = {"gate": "reports_in_order", "justification": _REASON}
    if not run.fire(ref, _FUND, "ask_exception", asked):
        return False
    yield run.days(1, 5)
    if run.chance(_DECLINED):
        run.fire(ref, _CHAIR, "decline_exception")
        return False
    granted = run.fire(ref, _CHAIR, "grant_exception")
    return granted and run.fire(ref, _APPLICANT, "request_tranche")


def _paid(run: Run, ref: str) -> Waits:
    yield run.days(1, 6)
    if run.chance(_REFUSED):
        run.fire(ref, _CERTIFIER, "refuse_tranche")
        return
    run.fire(ref, _CERTIFIER, "certify_tranche")
    yield run.days(1, 6)
    if run.fire(ref, _FUND, "pay_tranche") and not run.chance(_UNREPORTED):
        yield run.days(20, 70)
        run.fire(ref, _APPLICANT, "submit_report")


def _report(run: Run, ref: str) -> Waits:
    """What was asked for, or the last report; a few never come."""
    if Random(f"silent {ref}").random() < _SILENT:  # noqa: S311 - a story, no secret
        yield run.days(400, 800)
    final = run.chance(_ANOTHER_TRANCHE)
    if final or not run.fire(ref, _APPLICANT, "submit_report"):
        run.fire(ref, _APPLICANT, "submit_final_report")
    yield run.days(2, 10)


def _judge_report(run: Run, ref: str) -> Waits:
    yield run.days(2, 12)
    if run.chance(_BACK) or not run.fire(ref, _SECRETARIAT, "accept_report"):
        run.fire(ref, _SECRETARIAT, "return_report")


def _settle(run: Run, ref: str) -> Waits:
    """The accounts of the end: accepted, the rest paid back, the case closed."""
    yield run.days(3, 15)
    if run.chance(_BACK) or not run.fire(ref, _SECRETARIAT, "accept_final_accounts"):
        run.fire(ref, _SECRETARIAT, "return_final_report")
        return
    yield from _give_back(run, ref)
    run.fire(ref, _SECRETARIAT, "close")


def _give_back(run: Run, ref: str) -> Waits:
    """What is held and not accounted for comes back, a tranche at a time."""
    yield run.days(1, 20)
    while run.scenario.context(run.case(ref)).advanced:
        if not run.fire(ref, _FUND, "record_refund"):
            return
        yield run.days(1, 5)


_TURNS: Mapping[str, Callable[[Run, str], Waits]] = {
    "draft": _submit,
    "submitted": _take_up,
    "secretariat_review": _review,
    "deferred": _put_to_vote,
    "ceam_vote": _vote,
    "approved_awaiting_funds": _fund,
    "funded": _prepare,
    "executing": _carry_out,
    "report_due": _report,
    "report_review": _judge_report,
    "reported": _settle,
}
