"""Random actors fire random acts at cases, through the real verbs: `ricomi simulate`.

Time moves with the acts, deadlines fall due and are swept, money is pledged and received, states
vote as chance has it, and some actors try what is not theirs. The same seed plays the same story.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from ricomi_workflow.ballots.commands import cast_vote
from ricomi_workflow.ballots.rules import Position
from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.commands import advance, lock, open_case
from ricomi_workflow.cases.locked_case import Case, roles_on
from ricomi_workflow.cases.queries import list_options
from ricomi_workflow.cases.rows import read_case
from ricomi_workflow.contributions.commands import record_pledge
from ricomi_workflow.contributions.indirect_costs import icr_rates
from ricomi_workflow.contributions.receipts import record_receipt
from ricomi_workflow.deadlines.commands import sweep
from ricomi_workflow.definitions.model import TransitionDef
from ricomi_workflow.kernel.actors import COUNTRY_ROLES, Actor, Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.clock import FrozenClock
from ricomi_workflow.kernel.errors import DomainError
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.ledger.accounts import Source
from ricomi_workflow.reviews.rows import is_under_review
from ricomi_workflow.simulation.accounts import Accounts
from ricomi_workflow.simulation.answers import ANSWERS, NothingLeft, request, shared
from ricomi_workflow.simulation.reviewers import next_review_step
from ricomi_workflow.simulation.scenario import Summary
from ricomi_workflow.simulation.work_answers import answer_context

_KIND = "cooperation_request"
_LONGEST = 160  # acts tried on one case before it is left as it is
_RARE = frozenset(
    {
        "withdraw",
        "cancel",
        "suspend",
        "defer",
        "defer_to_meeting",
        "recall_ballot",
        "correct_request",
        "return_for_clarification",
        "return_report",
        "return_final_report",
        "refuse_tranche",
        "declare_inadmissible",
        "return_deferred",
        "remind_voters",
        "ask_report",
        "end_search",
        "decline_participation",
        "record_endorsement",
        "return_plan",
        "ask_extension",
        "refuse_extension",
        "ask_reallocation",
        "refuse_reallocation",
        "begin_technical_review",
    }
)
_ODDS = {"begin_technical_review": 0.4}  # of a rare act, where it is not as rare as the others
_RARELY = 0.03
_STUCK = 0.2  # how likely a rare act is when nothing usual is possible
_EAGER = 4  # how much likelier an act is that moves the case
_STRANGER = 0.05  # how often anybody tries anything
_AT_ONCE = 20  # cases under way at the same time
_NEW_CASE = 0.3
_WORKER_COMES = 0.02
_CHANGED_MIND = 0.1
_ANSWERS = (Position.IN_FAVOUR, Position.AGAINST, Position.ABSTAIN)
_UNPOPULAR = 9  # one case in so many is voted down
_SEEKS = 0.25  # how often a request arrives without a partner
_ASKED = 3  # focal points of other states that look at a search
_HALF_A_YEAR = timedelta(days=190)
_TELLS = 0.5
_DONORS = (("US", Source.MEMBER_STATES), ("ES", Source.PERMANENT_OBSERVERS))


@dataclass(slots=True)
class _Play:
    """A simulation under way."""

    services: Services
    accounts: Accounts
    clock: FrozenClock
    rng: Random
    summary: Summary
    answering: dict[str, list[tuple[str, Actor]]] = field(default_factory=dict)
    closed: list[str] = field(default_factory=list)  # ended well, with a sequel to come

    def try_act(self, name: str, act: Callable[[], object], longest: int = 240) -> bool:
        """Do `act` or count why it was refused; the clock moves by up to `longest` minutes."""
        self.clock.advance(timedelta(minutes=self.rng.randint(5, longest)))
        try:
            act()
        except DomainError as error:
            self.summary.refused(error)
            return False
        self.summary.acts[name] += 1
        return True


def simulate_cases(
    services: Services,
    accounts: Accounts,
    clock: FrozenClock,
    *,
    cases: int,
    seed: int,
    on_progress: Callable[[], None] = lambda: None,
) -> Summary:
    """Play `cases` cases to their end (or to exhaustion); `told` is called as each one ends."""
    play = _Play(services, accounts, clock, Random(seed), Summary())  # noqa: S311 - a story, no secret
    _fill_the_fund(play)
    open_refs: dict[str, int] = {}
    opened = 0
    while opened < cases or open_refs:
        room = len(open_refs) < _AT_ONCE
        if opened < cases and (not open_refs or (room and play.rng.random() < _NEW_CASE)):
            ref = _open(play)
            opened += 1
            open_refs[ref] = 0
            continue
        ref = play.rng.choice(sorted(open_refs))
        open_refs[ref] += 1
        if open_refs[ref] > _LONGEST or _play_one(play, ref):
            del open_refs[ref]
            _ended(play, ref)
            on_progress()
        if play.rng.random() < _WORKER_COMES:
            sweep(services)
            _fill_the_fund(play)
    _follow_up(play)
    return play.summary


def _follow_up(play: _Play) -> None:
    """Half a year passes twice: some of those whose cases were closed tell what has lasted."""
    for _ in range(2):
        play.clock.advance(_HALF_A_YEAR)
        sweep(play.services)
        for ref in sorted(play.closed):
            with play.services.uow.read() as connection:
                case = read_case(connection, ref)
            if case and case.state == "follow_up_due" and play.rng.random() < _TELLS:
                actor = play.accounts.actor(Role.FOCAL_POINT, case.country)
                _fire(play, case, actor, "submit_follow_up", "follow_up/v1")
    for ref in play.closed:
        play.summary.states[_state(play, ref)] += 1


def _open(play: _Play) -> str:
    country = play.rng.choice([country for country, _ in play.accounts.delegates()])
    with play.services.uow.begin(play.accounts.actor(Role.FOCAL_POINT, country)) as tx:
        ref = open_case(tx, play.services, _KIND, country, illustrative=True).ref
    play.summary.acts["open"] += 1
    return ref


def _ended(play: _Play, ref: str) -> None:
    """Count the case where it ended, or keep it for its sequel."""
    with play.services.uow.read() as connection:
        case = read_case(connection, ref)
    state = play.services.state(case) if case else None
    if state and state.outcome and not state.final:
        play.closed.append(ref)
    elif state:
        play.summary.states[state.name] += 1


def _state(play: _Play, ref: str) -> str:
    with play.services.uow.read() as connection:
        case = read_case(connection, ref)
    return case.state if case else ""


def _play_one(play: _Play, ref: str) -> bool:
    """One act on one case; whether the case has reached its end."""
    with play.services.uow.read() as connection:
        case = read_case(connection, ref)
    if case is None or play.services.state(case).final or play.services.state(case).outcome:
        return True
    if _voting(play, case) and play.rng.random() > _RARELY:
        _vote(play, case)
        return False
    if is_under_review(play.services.process(case).workflow, case.state):
        deed = next_review_step(play.services, play.accounts, play.rng, case)
        if deed and play.try_act(*deed):
            return False
    bold = play.rng.random() < _STRANGER
    actor = play.rng.choice(list(play.accounts.actors.values())) if bold else _somebody(play, case)
    with play.services.uow.look(actor) as look:
        offered = list_options(look, play.services, case)
    if bold:
        taken = play.rng.choice(offered).taken if offered else None
    else:
        possible = [o.taken for o in offered if o.possible]
        taken = _likely(play, case, actor, possible)
    if taken:
        _fire(play, case, actor, taken.trigger, taken.form)
    return False


def _likely(
    play: _Play, case: Case, actor: Actor, possible: list[TransitionDef]
) -> TransitionDef | None:
    """What somebody does: the usual, now and then the rare, which is also the way out of a jam."""
    usual = [t for t in possible if t.trigger not in _RARE]
    awaited = not roles_on(actor, case).isdisjoint(play.services.state(case).waits_for)
    rarely = _STUCK if awaited and not usual else _RARELY
    likely = [*usual, *(t for t in possible if t not in usual and _now(play, t, rarely))]
    if not likely:
        return None
    return play.rng.choices(likely, [_EAGER if t.target else 1 for t in likely])[0]


def _now(play: _Play, taken: TransitionDef, rarely: float) -> bool:
    return play.rng.random() < _ODDS.get(taken.trigger, rarely)


def _voting(play: _Play, case: Case) -> bool:
    return any(
        "ballot_carried" in t.guards
        for t in play.services.process(case).offered(case.state, "decide")
    )


def _vote(play: _Play, case: Case) -> None:
    delegates = play.accounts.delegates()
    answering = play.answering.setdefault(case.ref, [])
    if not answering:
        answering += play.rng.sample(delegates, len(delegates))
    again = play.rng.random() < _CHANGED_MIND
    country, delegate = play.rng.choice(delegates) if again else answering.pop()
    unpopular = int(case.ref[-4:]) % _UNPOPULAR == 0
    position = play.rng.choices(_ANSWERS, [3, 14, 1] if unpopular else [14, 2, 1])[0]

    def act() -> None:
        with play.services.uow.begin(delegate) as tx:
            locked = lock(tx, play.services, case.ref)
            cast_vote(tx, play.services, locked, country, position)

    play.try_act("vote", act, longest=30)


def _somebody(play: _Play, case: Case) -> Actor:
    """Somebody who usually acts in the present state."""
    everybody = list(play.accounts.actors.values())
    candidates = [
        play.accounts.actors[role, country]
        for role, country in _around(play, case)
        if (role, country) in play.accounts.actors
    ]
    return play.rng.choice(candidates or everybody)


def _around(play: _Play, case: Case) -> list[tuple[Role, str | None]]:
    """The offices that usually act in the present state, and the states that may confirm."""
    usual = {
        role
        for t in play.services.process(case).workflow.transitions
        if case.state in t.sources and t.trigger not in _RARE
        for role in t.roles
    }
    offices: list[tuple[Role, str | None]] = [
        (role, case.country if role in COUNTRY_ROLES else None) for role in Role if role in usual
    ]
    others = [p.country for p in case.participants if p.confirmed_seq is None]
    if Role.PARTNER in usual:
        others += case.partner_countries()
    if Role.CANDIDATE in usual:
        others += play.rng.sample([country for country, _ in play.accounts.delegates()], _ASKED)
    return [*offices, *((Role.FOCAL_POINT, country) for country in sorted(set(others)))]


def _fire(play: _Play, case: Case, actor: Actor, trigger: str, form: str | None) -> None:
    inputs = None
    if form:
        name = form.partition("/")[0]
        context = answer_context(play.services, case)
        try:
            inputs = (
                {"contact": f"Ext. {play.rng.randint(100, 999)}"}
                if trigger == "correct_request"
                else _request(play, case.country, context.today)
                if name == "request"
                else ANSWERS[name](play.rng, context)
            )
        except NothingLeft:
            play.summary.refusals["nothing_left"] += 1
            return

    def act() -> None:
        with play.services.uow.begin(actor) as tx:
            locked = lock(tx, play.services, case.ref)
            advance(tx, play.services, locked, trigger, inputs=inputs, reason="Ejemplo de razón.")

    play.try_act(trigger, act)


def _request(play: _Play, country: str, today: date) -> dict[str, Json]:
    """A request with a partner, or one that seeks one."""
    seeks = play.rng.random() < _SEEKS
    partners = 0 if seeks else 1
    return shared(request(play.rng, play.services, country, today, partners=partners, seeks=seeks))


def _fill_the_fund(play: _Play) -> None:
    """A contribution of each kind of donor, received in two parts."""
    administrator = play.accounts.actor(Role.FUND_ADMINISTRATOR)
    for donor, donor_class in _DONORS:
        amount = Money(play.rng.randint(50, 400) * 1000_00)
        with play.services.uow.begin(administrator) as tx:
            ref = record_pledge(tx, donor, donor_class, amount, illustrative=True)
        today = play.services.calendar.local_day(play.clock.now())
        for number, part in enumerate(amount.allocate([2, 1]), start=1):
            with play.services.uow.begin(administrator) as tx:
                record_receipt(
                    tx,
                    ref,
                    part,
                    bank_reference=f"REC-{ref}-{number}",  # never drawn: the bank repeats none
                    received_on=today,
                    icr=icr_rates(),
                )
