"""Random actors fire random triggers at real cases, with valid and invalid papers.

After every step: the state is known, entries and version agree, chains and books hold, nothing is
public that was not approved, the catalogue is what a rebuild would write; and whatever `options`
shows is exactly what `advance` does. At the end of each life the catalogue is rebuilt: to the byte
what the acts had written.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random
from shutil import copyfile
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine, func, select

from ricomi_workflow.audit.models import audit_entry
from ricomi_workflow.ballots.commands import cast_vote
from ricomi_workflow.ballots.rules import Position
from ricomi_workflow.cases.commands import advance, lock
from ricomi_workflow.cases.drafts import save_draft
from ricomi_workflow.cases.locked_case import Case, may_read, roles_on
from ricomi_workflow.cases.queries import list_options
from ricomi_workflow.catalogue.commands import rebuild_catalogue
from ricomi_workflow.db.engine import create_engine
from ricomi_workflow.definitions.model import FormDef, TransitionDef
from ricomi_workflow.kernel.actors import SYSTEM, Actor
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import DomainError, NotFound, Refusal, Refused
from ricomi_workflow.ledger.models import journal
from ricomi_workflow.simulation import answers
from ricomi_workflow.simulation.work_answers import answer_context
from tests.support import papers
from tests.support.databases import make_schema
from tests.support.story import OFFICES, Story, codes

STARTS = (
    "submit",
    "record_opinion",
    "open_ballot",
    "decide",
    "start_execution",
    "pay_tranche",
    "submit_final_report",
    "accept_final_accounts",
)
MOST = 2  # cases at once, on money for hardly more than two
LIKELY = [*[Position.IN_FAVOUR.value] * 8, Position.AGAINST.value, Position.ABSTAIN.value]
RARE = frozenset(
    "withdraw cancel suspend defer return_for_clarification return_report return_final_report"
    " refuse_tranche declare_inadmissible return_deferred remind_voters ask_report".split()
)
CALM = settings(
    max_examples=6,
    stateful_step_count=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate),  # notes tell the acts; shrinking takes minutes
)
SEEDS = st.integers(1, 2**32)


@dataclass
class Settled:
    """A database in which people have their offices already; each life begins with a copy."""

    template: Path
    people: dict[str, Actor] = field(default_factory=dict)
    copies: int = 0

    def __post_init__(self) -> None:
        address = f"sqlite:///{self.template}"
        make_schema(address)
        engine = create_engine(address)
        self.people = Story(engine).people
        engine.dispose()

    def copy(self) -> Engine:
        """An engine on a copy of its own."""
        self.copies += 1
        file = self.template.with_stem(f"life_{self.copies}")
        copyfile(self.template, file)
        return create_engine(f"sqlite:///{file}")


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Settled:
    return Settled(tmp_path_factory.mktemp("lives") / "template.sqlite")


class RandomLives(RuleBasedStateMachine):
    """A product in which anybody tries anything."""

    def __init__(self, settled: Settled, start: str) -> None:
        super().__init__()
        self.start = start
        self.story = Story(settled.copy(), settled.people)
        self.services = self.story.services
        self.refs: list[str] = []
        self.turn = 0
        self.checked: tuple[int, ...] = ()

    @initialize()
    def a_first_case_has_begun(self) -> None:
        """The money is enough for one case, whose life has come to some point."""
        self.story.fill_the_fund(papers.MEMBERS, papers.OBSERVERS)
        self.refs.append(self.story.after(self.start))

    @precondition(lambda self: len(self.refs) < MOST)
    @rule(start=st.sampled_from(["submit", "confirm_participation", "record_opinion"]))
    def a_case_is_added(self, start: str) -> None:
        self.refs.append(self.story.after(start))

    @rule(data=st.data(), seed=SEEDS, acts=st.integers(1, 12))
    def somebody_goes_on(self, data: st.DataObject, seed: int, acts: int) -> None:
        """Fire what is possible, mostly what moves the case; it must go through."""
        rng, ref = self._chance(seed), self._some_case(data).ref
        for _ in range(acts):
            case = self.story.case(ref)
            if case.state == "ceam_vote" and rng.random() < 0.9:
                self._vote(case, rng.choice(self.story.voters), rng.choice(LIKELY))
                continue
            possible = {
                (office, taken.trigger): 0.1 if taken.trigger in RARE else 4 if taken.target else 1
                for office in OFFICES
                for taken, against in self._options(office, case)
                if not against
            }
            if not possible:
                return
            office, trigger = rng.choices(list(possible), list(possible.values()))[0]
            self._fire_and_compare(case, office, trigger, rng, given="valid")

    @rule(
        data=st.data(),
        office=st.sampled_from(OFFICES),
        given=st.sampled_from(["valid", "nothing", "unknown", "mistyped", "partial"]),
        seed=SEEDS,
    )
    def anybody_tries_anything(
        self, data: st.DataObject, office: str, given: str, seed: int
    ) -> None:
        """Fire what the state offers, mostly, or any trigger there is."""
        rng, case = self._chance(seed), self._some_case(data)
        workflow = self.services.process(case).workflow
        named = [t.trigger for t in workflow.transitions if case.state in t.sources]
        anything = [t.trigger for t in workflow.transitions]
        trigger = rng.choice([*named * 5, *anything, "no_such_trigger"])
        self._fire_and_compare(case, office, trigger, rng, given=given)

    @rule(
        data=st.data(),
        position=st.sampled_from(LIKELY),
        many=st.integers(1, 32),
        first=st.integers(0, 31),
    )
    def states_vote(self, data: st.DataObject, position: str, many: int, first: int) -> None:
        ref = self._some_case(data).ref
        for n in range(first, first + many):
            case = self.story.case(ref)
            self._vote(case, self.story.voters[n % len(self.story.voters)], position)
            if case.state != "ceam_vote":
                return

    @rule(minutes=st.integers(1, 600))
    def minutes_pass(self, minutes: int) -> None:
        self.story.clock.advance(timedelta(minutes=minutes))

    @rule(days=st.integers(1, 60))
    def days_pass_and_the_worker_looks(self, days: int) -> None:
        self.story.clock.advance(timedelta(days=days))
        assert "failed" not in self.story.sweep()
        assert not self.story.sweep()

    @rule(units=st.integers(1, 3_000))
    def more_money_arrives(self, units: int) -> None:
        self.story.fill_the_fund(units, units)

    @rule(data=st.data(), office=st.sampled_from(OFFICES), whole=st.booleans())
    def somebody_writes_a_draft(self, data: st.DataObject, office: str, *, whole: bool) -> None:
        case = self._some_case(data)
        form = data.draw(st.sampled_from(sorted(self.services.library.forms)))
        definition = self.services.library.forms[form]
        values = papers.request(self.story.today) if whole else {"title": {"es": "Sin terminar"}}
        access = self.services.state(case).forms.get(definition.name)
        roles = roles_on(self.story.people[office], case)
        try:
            with self.services.uow.begin(self.story.people[office]) as tx:
                save_draft(tx, self.services, lock(tx, self.services, case.ref), definition, values)
        except DomainError:
            assert access is None or not access.edit & roles
        else:
            assert access is not None
            assert access.edit & roles

    @invariant()
    def everything_holds(self) -> None:
        with self.services.uow.read() as connection:
            counts = (select(func.count()).select_from(t) for t in (audit_entry, journal))
            written = tuple(connection.execute(count).scalar_one() for count in counts)
        if written == self.checked:
            return  # nothing was written since everything held
        self.checked = written
        for ref in self.refs:
            case = self.story.case(ref)
            assert case.state in self.services.process(case).workflow.states
        assert not self.story.faults()

    def teardown(self) -> None:
        kept = self._catalogue()
        with self.services.uow.begin(SYSTEM) as tx:
            list(rebuild_catalogue(tx, self.services))
        assert self._catalogue() == kept
        self.story.engine.dispose()

    def _catalogue(self) -> list[list[Any]]:
        """What the database holds of the catalogue, to the byte: texts as they are stored."""
        tables = ("catalogue_entry ORDER BY entry_id", "catalogue_facet ORDER BY 1, 2, 3")
        with self.services.uow.read() as connection:
            return [list(connection.exec_driver_sql(f"SELECT * FROM {table}")) for table in tables]

    def _chance(self, seed: int) -> Random:
        """Chance that differs from rule to rule and is the same when a run is repeated."""
        self.turn += 1
        return Random(seed + self.turn)

    def _vote(self, case: Case, country: str, position: str) -> None:
        """Cast a vote; it is taken if a ballot is open and its time has not come."""
        due = self.story.due(case.ref)
        open_now = case.state == "ceam_vote" and (due is None or due > self.story.clock.now())
        delegate = self.story.people[f"ceam_delegate:{country}"]
        taken = True
        try:
            with self.services.uow.begin(delegate) as tx:
                locked = lock(tx, self.services, case.ref)
                cast_vote(tx, self.services, locked, country, position)
        except (Refused, NotFound):
            taken = False
        assert taken == open_now

    def _some_case(self, data: st.DataObject) -> Case:
        return self.story.case(data.draw(st.sampled_from(self.refs)))

    def _options(self, office: str, case: Case) -> list[tuple[TransitionDef, tuple[Refusal, ...]]]:
        with self.services.uow.look(self.story.people[office]) as look:
            return [(o.taken, o.refusals) for o in list_options(look, self.services, case)]

    def _fire_and_compare(
        self, case: Case, office: str, trigger: str, rng: Random, *, given: str
    ) -> None:
        """Fire, and compare with what the page would have shown."""
        shown = {taken.trigger: (taken, why) for taken, why in self._options(office, case)}
        taken, why = shown.get(trigger, (None, ()))
        inputs = self._inputs(case, taken, rng, given)
        if inputs is None and taken and taken.form and given == "valid":
            return  # nothing is left to ask for or to give back
        answer = self._answer(case, office, trigger, inputs, taken)
        note(f"{case.ref} {case.state} {office} {trigger} {given}: {answer}")
        if may_read(self.services.state(case), roles_on(self.story.people[office], case)):
            self._compare(case, trigger, (taken, why), answer, given=given)
        else:
            assert answer == ["not_found"]
        if answer:
            assert self.story.case(case.ref) == case
        else:
            assert self.story.case(case.ref).version == case.version + 1

    def _compare(
        self,
        case: Case,
        trigger: str,
        shown: tuple[TransitionDef | None, tuple[Refusal, ...]],
        answer: list[str],
        *,
        given: str,
    ) -> None:
        """The answer is what was shown; what was shown as possible only fails by its papers."""
        taken, why = shown
        if taken is None:
            systems = self.services.process(case).offered(case.state, trigger)
            assert answer == (["system_only"] * len(systems) or ["not_offered"])
        elif why:
            assert answer == [refusal.code for refusal in why]
        elif given == "valid" or not taken.form:
            assert answer == []
        elif given != "nothing":
            assert answer
            assert answer[0].partition(": ")[0] in self._fields(taken.form)

    def _answer(
        self,
        case: Case,
        office: str,
        trigger: str,
        inputs: dict[str, Json] | None,
        taken: TransitionDef | None,
    ) -> list[str]:
        reason = "Example of a reason." if taken and taken.reason else None
        answer: list[str] = []
        try:
            with self.services.uow.begin(self.story.people[office]) as tx:
                locked = lock(tx, self.services, case.ref)
                advance(tx, self.services, locked, trigger, inputs=inputs, reason=reason)
        except DomainError as error:
            answer = codes(error)
        assert answer != ["conflict"]
        return answer

    def _fields(self, form: str) -> list[str]:
        return [*(f.name for f in self.services.library.forms[form].fields()), "nonsense"]

    def _inputs(
        self, case: Case, taken: TransitionDef | None, rng: Random, given: str
    ) -> dict[str, Json] | None:
        """What is handed in with `taken`; None when its draft is to be taken."""
        if taken is None or taken.form is None or given == "nothing":
            return None
        valid = self._valid(case, taken.form, rng)
        if given == "valid" or valid is None:
            return valid
        form: FormDef = self.services.library.forms[taken.form]
        asked = [f.name for f in form.fields() if f.required]
        if not asked:  # nothing can be missing from a form that asks for nothing
            return {**valid, "nonsense": "x"}
        required = rng.choice(asked)
        spoil: dict[str, dict[str, Json]] = {
            "unknown": {"nonsense": "x"},
            "mistyped": {required: [[{"a": 1}]]},
            "partial": {required: None},
        }
        return {**valid, **spoil[given]}

    def _valid(self, case: Case, form: str, rng: Random) -> dict[str, Json] | None:
        name = form.partition("/")[0]
        if name == self.services.state(case).binds:
            return {"contact": f"Ext. {rng.randint(100, 999)}"}  # the rest is being voted on
        if name == "request":
            alone = {} if rng.random() < 0.7 else papers.ALONE
            return papers.request(self.story.today, **alone)
        situation = answer_context(self.services, case)
        try:
            return answers.ANSWERS[name](rng, situation)
        except answers.NothingLeft:
            return None


@pytest.mark.parametrize("start", STARTS)
def test_whatever_is_tried_every_promise_holds(settled: Settled, start: str) -> None:
    begun = partial(RandomLives, settled, start)
    run_state_machine_as_test(begun, settings=CALM)  # type: ignore[arg-type]  # any factory does
