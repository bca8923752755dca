"""Random actors fire random triggers at real cases, with valid and invalid papers.

After every step: the state is known, entries and version agree, chains and books hold, nothing is
public that was not approved, the catalogue is what a rebuild would write; and whatever `options`
shows is exactly what `advance` does.
"""

from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from ricomi_workflow.ballots.commands import cast_vote
from ricomi_workflow.ballots.rules import Position
from ricomi_workflow.cases.case import Case, may_read, roles_on
from ricomi_workflow.cases.commands import advance, lock, save_draft
from ricomi_workflow.cases.queries import options
from ricomi_workflow.cases.rows import latest_submission
from ricomi_workflow.definitions.model import FormDef, TransitionDef
from ricomi_workflow.fund.queries import case_money
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import Conflict, DomainError, NotFound, Refusal, Refused
from ricomi_workflow.rehearsal import answers
from tests.support import papers
from tests.support.databases import SqliteDatabases, connected
from tests.support.story import KIND, OFFICES, Story, codes

MOST = 2  # cases at once, on money for hardly more than two
RARE = frozenset(
    "withdraw cancel suspend defer return_for_clarification return_report return_final_report"
    " refuse_tranche declare_inadmissible return_deferred remind_voters ask_report".split()
)
CALM = settings(
    max_examples=20,
    stateful_step_count=50,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
TRIGGERS = st.deferred(lambda: st.sampled_from(_triggers()))
_FOLDER = TemporaryDirectory()
_DATABASES = SqliteDatabases(Path(_FOLDER.name))


def _triggers() -> list[str]:
    from ricomi_workflow.bootstrap import _definitions  # noqa: PLC0415

    library, _ = _definitions(None)
    return sorted({t.trigger for t in library.latest(KIND).transitions}) + ["no_such_trigger"]


class RandomLives(RuleBasedStateMachine):
    """A product in which anybody tries anything."""

    def __init__(self) -> None:
        super().__init__()
        self.closing = ExitStack()
        self.story = Story(self.closing.enter_context(connected(_DATABASES)))
        self.services = self.story.services
        self.refs: list[str] = []

    @initialize()
    def money_arrives(self) -> None:
        self.story.fill_the_fund(12_000, 12_000)
        self.refs.append(self.story.open())

    @precondition(lambda self: len(self.refs) < MOST)
    @rule()
    def a_case_is_opened(self) -> None:
        self.refs.append(self.story.open())

    @rule(data=st.data(), seed=st.integers(0, 999))
    def somebody_goes_on(self, data: st.DataObject, seed: int) -> None:
        """Fire something possible, mostly what is usual; it must go through."""
        case = self._some_case(data)
        possible = [
            (office, taken.trigger)
            for office in OFFICES
            for taken, against in self._options(office, case)
            if not against and (taken.trigger not in RARE or seed % 10 == 0)
        ]
        if possible:
            office, trigger = data.draw(st.sampled_from(possible))
            self._fire_and_compare(case, office, trigger, Random(seed), given="valid")

    @rule(
        data=st.data(),
        office=st.sampled_from(OFFICES),
        trigger=TRIGGERS,
        given=st.sampled_from(["valid", "nothing", "unknown", "mistyped", "partial"]),
        seed=st.integers(0, 999),
    )
    def anybody_tries_anything(
        self, data: st.DataObject, office: str, trigger: str, given: str, seed: int
    ) -> None:
        self._fire_and_compare(self._some_case(data), office, trigger, Random(seed), given=given)

    @rule(
        data=st.data(),
        position=st.sampled_from([*list(Position)[:1] * 3, *Position]),
        many=st.integers(1, 20),
        first=st.integers(0, 31),
    )
    def states_vote(
        self, data: st.DataObject, position: Position, many: int, first: int
    ) -> None:
        case = self._some_case(data)
        voters = self.story.voters
        for n in range(first, first + many):
            country = voters[n % len(voters)]
            delegate = self.story.people[f"ceam_delegate:{country}"]
            try:
                with self.services.uow.begin(delegate) as tx:
                    cast_vote(tx, self.services, lock(tx, self.services, case.ref), country, position)
            except (Refused, NotFound) as error:
                assert case.state != "ceam_vote" or n > first or codes(error) == ["ballot_closed"]
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
        for ref in self.refs:
            case = self.story.case(ref)
            assert case.state in self.services.process(case).workflow.states
        assert not self.story.faults()

    def teardown(self) -> None:
        self.closing.close()

    def _some_case(self, data: st.DataObject) -> Case:
        return self.story.case(data.draw(st.sampled_from(self.refs)))

    def _options(
        self, office: str, case: Case
    ) -> list[tuple[TransitionDef, tuple[Refusal, ...]]]:
        with self.services.uow.look(self.story.people[office]) as look:
            return [(o.taken, o.refusals) for o in options(look, self.services, case)]

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
        if not may_read(self.services.state(case), roles_on(self.story.people[office], case)):
            assert answer == ["not_found"]
        elif taken is None:
            systems = self.services.process(case).offered(case.state, trigger)
            assert answer == (["system_only"] * len(systems) or ["not_offered"])
        elif why:
            assert answer == [refusal.code for refusal in why]
        elif given == "valid" or not taken.form:
            assert answer == []
        elif given != "nothing":
            assert answer and answer[0].partition(": ")[0] in self._fields(taken.form)
        if answer:
            assert self.story.case(case.ref) == case
        else:
            assert self.story.case(case.ref).version == case.version + 1

    def _answer(
        self,
        case: Case,
        office: str,
        trigger: str,
        inputs: dict[str, Json] | None,
        taken: TransitionDef | None,
    ) -> list[str]:
        reason = "Example of a reason." if taken and taken.reason else None
        try:
            with self.services.uow.begin(self.story.people[office]) as tx:
                locked = lock(tx, self.services, case.ref)
                advance(tx, self.services, locked, trigger, inputs=inputs, reason=reason)
        except DomainError as error:
            assert not isinstance(error, Conflict)
            return codes(error)
        return []

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
        required = rng.choice([f.name for f in form.fields() if f.required])
        spoil = {
            "unknown": {"nonsense": "x"},
            "mistyped": {required: [[{"a": 1}]]},
            "partial": {required: None},
        }
        return valid | spoil[given]  # type: ignore[operator]

    def _valid(self, case: Case, form: str, rng: Random) -> dict[str, Json] | None:
        name = form.partition("/")[0]
        if name == "request":
            partners: list[Json] = ["CL"] if rng.random() < 0.7 else []
            return papers.request(self.story.today, participants=partners)
        with self.services.uow.read() as connection:
            given = latest_submission(connection, case.id, "request")
            money = case_money(connection, case)
        values = given.values if given else {}
        situation = answers.Situation(
            self.story.today, values, committed=money.committed, advanced=money.advances
        )
        try:
            return answers.ANSWERS[name](rng, situation)
        except answers.NothingLeft:
            return None


RandomLives.TestCase.settings = CALM
TestRandomLives = RandomLives.TestCase
