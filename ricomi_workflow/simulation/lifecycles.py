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
from ricomi_workflow.simulation.scenario import Pauses, Stage
from ricomi_workflow.simulation.summary import Story
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
class Work:
    """A stage on which a refusal is counted and does not end the play."""

    stage: Stage
    story: Story
    rng: Random
    to_answer: MutableMapping[str, list[str]] = field(default_factory=dict)

    def case(self, ref: str) -> Case:
        """The case as it stands."""
        return self.stage.case(ref)

    def fire(
        self,
        ref: str,
        who: tuple[Role, str | None],
        trigger: str,
        inputs: Mapping[str, Json] | None = None,
    ) -> bool:
        """One act; whether it was done."""
        case = self.case(ref)
        if not self.stage.services.process(case).offered(case.state, trigger):
            self.story.refusals["not_offered"] += 1
            return False
        return self.tried(trigger, lambda: self.stage.fire(ref, who, trigger, inputs, _REASON))

    def tried(self, name: str, act: Callable[[], object]) -> bool:
        """Do `act`, or count why not; whether it was done."""
        try:
            act()
        except NothingLeft:
            self.story.refusals["nothing_left"] += 1
            return False
        except DomainError as error:
            self.story.refused(error)
            return False
        self.story.acts[name] += 1
        return True

    def chance(self, odds: float) -> bool:
        """Whether something of these odds happens."""
        return self.rng.random() < odds

    def days(self, fewest: int, most: int) -> int:
        """So many days, or a few more."""
        return self.rng.randint(fewest, most)


def career(work: Work, country: str) -> Pauses:
    """The life of one request of `country`, from its draft to wherever it comes."""
    with work.stage.services.uow.begin(work.stage.cast.actor(Role.FOCAL_POINT, country)) as tx:
        ref = open_case(tx, work.stage.services, _KIND, country, illustrative=True).ref
    work.story.acts["open"] += 1
    for _ in range(_LONGEST):
        yield work.days(1, 4)
        turn = _TURNS.get(work.case(ref).state)
        if turn is None:
            return
        yield from turn(work, ref)


def _submit(work: Work, ref: str) -> Pauses:
    case, services = work.case(ref), work.stage.services
    today = services.calendar.local_day(work.stage.clock.now())
    asked = answers.request(work.rng, services, case.country, today)
    work.fire(ref, _APPLICANT, "submit", answers.shared(asked))
    yield work.days(1, 3)


def _take_up(work: Work, ref: str) -> Pauses:
    work.fire(ref, _SECRETARIAT, "start_review")
    yield work.days(1, 5)


def _review(work: Work, ref: str) -> Pauses:
    for taking_part in work.case(ref).participants:
        if taking_part.confirmed_seq is None:
            work.fire(ref, (Role.FOCAL_POINT, taking_part.country), "confirm_participation")
            yield work.days(1, 4)
    if work.fire(ref, _SECRETARIAT, "record_admissibility"):
        yield work.days(1, 4)
        if not work.fire(ref, _SECRETARIAT, "record_opinion"):
            work.fire(ref, _SECRETARIAT, "declare_inadmissible")
            return
    yield from _put_to_vote(work, ref)


def _put_to_vote(work: Work, ref: str) -> Pauses:
    """Open the ballot, once there is money for it; withdraw when there never is."""
    for _ in range(_TRIES):
        yield work.days(1, 5)
        if work.fire(ref, _SECRETARIAT, "open_ballot"):
            return
        yield _WAIT
    work.fire(ref, _APPLICANT, "withdraw")


def _vote(work: Work, ref: str) -> Pauses:
    """Some states answer on this day."""
    delegates = dict(work.stage.cast.delegates())
    waiting = work.to_answer.setdefault(ref, [])
    if not waiting:
        waiting += work.rng.sample(sorted(delegates), len(delegates))
    unpopular = Random(ref).random() < _UNPOPULAR  # noqa: S311 - a story, no secret
    for country in (waiting.pop() for _ in range(min(_VOTES_A_DAY, len(waiting)))):
        position = work.rng.choices(_ANSWERS, [3, 14, 1] if unpopular else [14, 1, 1])[0]
        if not work.tried(
            "vote", partial(work.stage.vote, ref, delegates[country], country, position)
        ):
            break
        if work.case(ref).state != "ceam_vote":
            work.to_answer.pop(ref)
            return
    yield work.days(0, 2)


def _fund(work: Work, ref: str) -> Pauses:
    yield work.days(2, 10) if not work.chance(_FORGOTTEN) else work.days(370, 400)
    work.fire(ref, _FUND, "fund")


def _prepare(work: Work, ref: str) -> Pauses:
    """From funded to the beginning of the work: agreement, plan, official."""
    yield work.days(3, 15)
    work.fire(ref, _APPLICANT, "record_agreement")
    yield work.days(1, 5)
    if work.chance(_CANCELLED):
        work.fire(ref, _SECRETARIAT, "cancel")
        return
    work.fire(ref, _APPLICANT, "submit_plan")
    yield work.days(1, 5)
    if work.chance(_BACK):
        work.fire(ref, _SECRETARIAT, "return_plan")
        yield work.days(2, 8)
        work.fire(ref, _APPLICANT, "submit_plan")
        yield work.days(1, 5)
    work.fire(ref, _SECRETARIAT, "accept_plan")
    work.fire(ref, _APPLICANT, "designate_official")
    yield work.days(1, 10)
    work.fire(ref, _FUND, "start_execution")


def _carry_out(work: Work, ref: str) -> Pauses:
    """A tranche and the work that it pays for, or the final report when that was the last."""
    situation = work.stage.situation(work.case(ref))
    begun = situation.committed < situation.granted
    wanted = situation.committed and (not begun or work.chance(_ANOTHER_TRANCHE))
    if wanted and (
        work.fire(ref, _APPLICANT, "request_tranche") or (yield from _excepted(work, ref))
    ):
        yield from _paid(work, ref)
    elif situation.advanced and begun and work.chance(_CANCELLED):
        yield from _give_back(work, ref)
        work.fire(ref, _SECRETARIAT, "cancel")
    elif situation.advanced or begun:
        yield from _report(work, ref)


def _excepted(work: Work, ref: str) -> Generator[int, None, bool]:
    """A report is missing: the fund may ask that it is not waited for, and the chair agree.

    Answers whether a tranche could be requested after all.
    """
    if work.case(ref).state != "executing" or not work.chance(_EXCEPTION):
        return False
    yield work.days(1, 4)
    asked: dict[str, Json] = {"gate": "reports_in_order", "justification": _REASON}
    if not work.fire(ref, _FUND, "ask_exception", asked):
        return False
    yield work.days(1, 5)
    if work.chance(_DECLINED):
        work.fire(ref, _CHAIR, "decline_exception")
        return False
    granted = work.fire(ref, _CHAIR, "grant_exception")
    return granted and work.fire(ref, _APPLICANT, "request_tranche")


def _paid(work: Work, ref: str) -> Pauses:
    yield work.days(1, 6)
    if work.chance(_REFUSED):
        work.fire(ref, _CERTIFIER, "refuse_tranche")
        return
    work.fire(ref, _CERTIFIER, "certify_tranche")
    yield work.days(1, 6)
    if work.fire(ref, _FUND, "pay_tranche") and not work.chance(_UNREPORTED):
        yield work.days(20, 70)
        work.fire(ref, _APPLICANT, "submit_report")


def _report(work: Work, ref: str) -> Pauses:
    """What was asked for, or the last report; a few never come."""
    if Random(f"silent {ref}").random() < _SILENT:  # noqa: S311 - a story, no secret
        yield work.days(400, 800)
    final = work.chance(_ANOTHER_TRANCHE)
    if final or not work.fire(ref, _APPLICANT, "submit_report"):
        work.fire(ref, _APPLICANT, "submit_final_report")
    yield work.days(2, 10)


def _judge_report(work: Work, ref: str) -> Pauses:
    yield work.days(2, 12)
    if work.chance(_BACK) or not work.fire(ref, _SECRETARIAT, "accept_report"):
        work.fire(ref, _SECRETARIAT, "return_report")


def _settle(work: Work, ref: str) -> Pauses:
    """The accounts of the end: accepted, the rest paid back, the case closed."""
    yield work.days(3, 15)
    if work.chance(_BACK) or not work.fire(ref, _SECRETARIAT, "accept_final_accounts"):
        work.fire(ref, _SECRETARIAT, "return_final_report")
        return
    yield from _give_back(work, ref)
    work.fire(ref, _SECRETARIAT, "close")


def _give_back(work: Work, ref: str) -> Pauses:
    """What is held and not accounted for comes back, a tranche at a time."""
    yield work.days(1, 20)
    while work.stage.situation(work.case(ref)).advanced:
        if not work.fire(ref, _FUND, "record_refund"):
            return
        yield work.days(1, 5)


_TURNS: Mapping[str, Callable[[Work, str], Pauses]] = {
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
