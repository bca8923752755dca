"""A small kind in two versions, written by the test: draft, review, waiting, closed."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from shutil import copytree

from sqlalchemy import Engine, select

from ricomi_workflow.audit.queries import list_entries, verify_trails
from ricomi_workflow.audit.rules import Entry
from ricomi_workflow.bootstrap import MOVERS, TRAIL_CHECKS, Settings, compose
from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.commands import advance, lock, open_case
from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.cases.models import case as case_table
from ricomi_workflow.cases.rows import read_case
from ricomi_workflow.definitions.migration_plan import MigrationPlan, read_plan
from ricomi_workflow.kernel.actors import Actor, Role
from ricomi_workflow.kernel.clock import FrozenClock
from ricomi_workflow.workflow_migration.commands import migrate, revert
from ricomi_workflow.workflow_migration.queries import Judged, survey
from tests.definitions import samples
from tests.definitions.samples import Tree, act, four, put, state
from tests.support.product import MORNING, SECRET, person

JUDGES = [mover.judge for mover in MOVERS]
PLAN = """kind: loan
from: 1
to: 2
reason: The committee adopted version 2.
states: {review: examination, waiting: waiting}
"""
WISH = {"title": {"es": "Un deseo"}}
_APPLICANT, _OFFICE = ["focal_point"], ["secretariat"]
_READERS = ["focal_point", "secretariat", "administrator"]


def loan() -> Tree:
    """Version 1."""
    access = {"wish": {"edit": _APPLICANT, "read": _OFFICE}}
    states = {
        "draft": state(
            readers=_READERS,
            waits_for=_APPLICANT,
            forms=access,
            deadline={"business_days": 15, "remind": [5], "then": "lapse"},
        ),
        "review": state(
            readers=_READERS, waits_for=_OFFICE, forms=access, deadline={"business_days": 10}
        ),
        "waiting": state(readers=_READERS, waits_for=_APPLICANT, side=True, forms=access),
        "closed": state(readers=_READERS, final=True, catalogued=True, forms=access),
    }
    transitions = [
        act("submit", ["draft", "waiting"], to="review", roles=_APPLICANT, form="wish/v1"),
        act("ask", "review", to="waiting", roles=_OFFICE, reason=True),
        act("close", "review", to="closed", roles=_OFFICE),
        act("note", "review", roles=_OFFICE),
        act("lapse", "draft", to="closed"),
    ]
    return samples.workflow() | {"states": states, "transitions": transitions}


def loan_2() -> Tree:
    """Version 2: the review is called examination, and somebody may look a second time."""
    made = loan()
    states, transitions = made["states"], made["transitions"]
    assert isinstance(states, dict)
    assert isinstance(transitions, list)
    states = {("examination" if name == "review" else name): s for name, s in states.items()}
    states["second_look"] = state(readers=_READERS, waits_for=_OFFICE)
    for each in transitions:
        sources = [each["from"]] if isinstance(each["from"], str) else each["from"]
        each["from"] = ["examination" if name == "review" else name for name in sources]
        if each.get("to") == "review":
            each["to"] = "examination"
    transitions += [
        act("look_again", "examination", to="second_look", roles=_OFFICE),
        act("finish", "second_look", to="closed", roles=_OFFICE),
    ]
    return made | {"version": 2, "states": states, "transitions": transitions}


def wish(version: int = 1) -> Tree:
    """The form: a title, public; version 2 asks for a word more."""
    title = {"name": "title", "type": "localized_text", "label": four("title"), "public": True}
    fields: list[Tree] = [title]
    if version > 1:
        word = {"name": "word", "type": "text", "label": four("word"), "required": False}
        fields.append(word)
    section = {"name": "all", "label": four("all"), "fields": fields}
    return {"name": "wish", "version": version, "label": four("wish"), "sections": [section]}


@dataclass
class Loans:
    """The product with the small kind on one database."""

    engine: Engine
    folder: Path
    clock: FrozenClock = field(default_factory=lambda: FrozenClock(MORNING))
    services: Services = field(init=False)
    applicant: Actor = field(init=False)
    office: Actor = field(init=False)

    def __post_init__(self) -> None:
        samples.write(self.folder, loan(), wish())
        for name in ("deadline_near", "deadline_passed"):
            put(self.folder / f"notifications/{name}.yaml", samples.message())
        self.restart()
        self.applicant = person(self.services, Role.FOCAL_POINT, "PY")
        self.office = person(self.services, Role.SECRETARIAT)

    def restart(self, *versions: Tree) -> None:
        """Compose the product anew, with further versions of the process in a folder of its own."""
        if versions:
            grown = self.folder.with_name(f"{self.folder.name}+")
            self.folder = Path(copytree(self.folder, grown))
        for tree in versions:
            what = "workflows/loan" if "states" in tree else "forms/wish"
            put(self.folder / f"{what}/v{tree['version']}.yaml", tree)
        address = self.engine.url.render_as_string(hide_password=False)
        settings = Settings(address, SECRET, definitions=self.folder)
        self.services = compose(settings, self.clock, self.engine)

    def open(self) -> str:
        """A case in draft."""
        with self.services.uow.begin(self.applicant) as tx:
            return open_case(tx, self.services, "loan", "PY").ref

    def do(self, ref: str, trigger: str, *, office: bool = True) -> None:
        """An act of the office, or of the applicant."""
        with self.services.uow.begin(self.office if office else self.applicant) as tx:
            found = lock(tx, self.services, ref)
            given = WISH if trigger == "submit" else None
            advance(tx, self.services, found, trigger, inputs=given, reason="Why not")

    def at(self, state: str) -> str:
        """A case in a state of version 1."""
        ref = self.open()
        way = {"draft": "", "review": "s", "waiting": "sa", "closed": "sc"}[state]
        for step in way:
            trigger = {"s": "submit", "a": "ask", "c": "close"}[step]
            self.do(ref, trigger, office=trigger != "submit")
        return ref

    def many(self, number: int) -> dict[str, str]:
        """So many cases in states drawn by a seeded source: their states by reference."""
        rng = Random(7)
        states = ["draft", "review", "waiting", "closed"]
        return {self.at(state): state for state in rng.choices(states, k=number)}

    def plan(self, text: str = PLAN) -> MigrationPlan:
        """The plan written in `text`."""
        return read_plan(text.encode(), "plan.yaml", self.services.library)

    def dry(self, text: str = PLAN) -> list[Judged]:
        """What a run by the plan would do."""
        return list(survey(self.services, self.plan(text), JUDGES, 7))

    def migrate(self, text: str = PLAN) -> list[Judged]:
        """A run by the plan."""
        return list(migrate(self.services, self.plan(text), MOVERS, batch=7))

    def revert(self) -> list[Judged]:
        """Take all moves from version 1 into version 2 back."""
        library = self.services.library.workflows
        both = (library["loan/v1"], library["loan/v2"])
        return list(revert(self.services, both, MOVERS, reason="Taken back.", batch=7))

    def case(self, ref: str) -> Case:
        """The case as it stands."""
        with self.services.uow.read() as connection:
            found = read_case(connection, ref)
        assert found is not None
        return found

    def entries(self, ref: str) -> list[Entry]:
        """The trail of a case."""
        with self.services.uow.read() as connection:
            return list_entries(connection, self.case(ref).id)

    def rows(self) -> dict[str, dict[str, object]]:
        """Every case without what every entry changes."""
        with self.services.uow.read() as connection:
            rows = connection.execute(select(case_table)).mappings().all()
        passing = {"version", "head", "updated_at"}
        return {row["ref"]: {k: v for k, v in row.items() if k not in passing} for row in rows}

    def faults(self) -> list[object]:
        """What the verifier finds."""
        with self.services.uow.read() as connection:
            return [fault for fault in verify_trails(connection, TRAIL_CHECKS) if fault]
