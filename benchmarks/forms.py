"""A large form among many cases: its page made, and one of its fields saved.

80 fields, a third of them with conditions, and a budget of 200 rows whose columns are computed and
add up. The limit is the product among seventy cases; the other contestant is the same product
among twenty thousand. What they do must cost the same: nothing about a form may depend on how many
other cases there are.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from pathlib import Path
from shutil import copytree
from typing import Any

import yaml
from flask import Flask, render_template

from benchmarks.places import Place
from benchmarks.product import Product
from benchmarks.world import BEGIN, SECRET, TickingClock, World
from ricomi_workflow import resources
from ricomi_workflow.audit.models import audit_entry
from ricomi_workflow.audit.rules import FIRST_HEAD
from ricomi_workflow.bootstrap import Settings, compose
from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.commands import lock, open_case
from ricomi_workflow.cases.drafts import save_draft
from ricomi_workflow.cases.models import case as case_table
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.kernel.actors import SYSTEM, Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.clock import FrozenClock
from ricomi_workflow.kernel.refs import case_ref, new_id
from ricomi_workflow.kernel.text import LANGUAGES
from ricomi_workflow.simulation.accounts import create_accounts
from ricomi_workflow.web.app import create_app
from ricomi_workflow.web.forms.form_editing import (
    SentAnswers,
    answer_tokens,
    open_form,
    save_answers,
)
from ricomi_workflow.web.forms.form_page import PageRequest, form_page
from ricomi_workflow.web.forms.shared_draft import other_editors

KIND, FORM = "large", "large_plan"
FIELDS, ROWS = 80, 200
FEW, MANY = 70, 20_000
_AT_ONCE = 5_000
Tree = dict[str, Any]


def few(address: str) -> None:
    """The large form among few cases."""
    _fill(address, FEW)


def many(address: str) -> None:
    """The same among many."""
    _fill(address, MANY)


def _words(text: str) -> dict[str, str]:
    return dict.fromkeys(LANGUAGES, text)


def _field(name: str, kind: str, **more: object) -> Tree:
    return {"name": name, "type": kind, "label": _words(name), **more}


def _fields() -> list[Tree]:
    """The 80 fields; every third applies, or is required, when the one before it is answered."""
    fields = [_field("title", "localized_text")]
    while len(fields) < FIELDS - 3:
        n = len(fields)
        before = {"field": f"f{n - 1}", "filled": True}
        rules: Tree = {}
        if n > 2 and n % 3 == 0:
            rules = {"when": before} if n % 2 else {"required_when": before}
        fields.append(_field(f"f{n}", "text", **rules))
    fields[1]["prefill"] = {"from": "earlier"}
    fields[2]["suggest"] = "institutions"
    columns = [
        _field("line", "text"),
        _field("cost", "money"),
        _field("times", "integer"),
        _field("due", "money", product=["cost", "times"]),
    ]
    budget = _field("budget", "table", columns=columns, unique=["line"])
    total = _field("total", "money", computed={"sum": "budget.due"})
    mean = _field("part", "percentage", computed={"percentage": ["ceiling", "total"]})
    return [*fields[:-1], _field("ceiling", "money"), budget, total, mean]


@cache
def _definitions() -> Path:
    """A folder with the kind of the large form alone."""
    root = Path(tempfile.mkdtemp(prefix="ricomi-forms-"))
    copytree(str(resources.root("notifications")), root / "notifications")
    section = {"name": "all", "label": _words("all"), "fields": _fields()}
    form = {"name": FORM, "version": 1, "label": _words(FORM), "sections": [section]}
    label = {"label": _words("state"), "public": _words("state"), "readers": ["focal_point"]}
    edit = {"forms": {FORM: {"edit": ["focal_point"]}}}
    texts = {"label": _words("act"), "hint": _words("act"), "done": _words("act")}
    act = {"trigger": "give", "from": "plan", "to": "given", "roles": ["focal_point"], **texts}
    flow = {
        "kind": KIND,
        "version": 1,
        "label": _words(KIND),
        "rationale": _words("why"),
        "basis": [],
        "form": f"{FORM}/v1",
        "opens": ["focal_point"],
        "initial": "plan",
        "steps": [{"name": "all", "label": _words("all"), "who": _words("all")}],
        "states": {
            "plan": {"step": "all", **label, **edit},
            "given": {"step": "all", "final": True, **label},
        },
        "transitions": [{**act, "form": f"{FORM}/v1"}],
    }
    for folder, name, tree in (("workflows", KIND, flow), ("forms", FORM, form)):
        file = root / folder / name / "v1.yaml"
        file.parent.mkdir(parents=True)
        file.write_text(yaml.safe_dump(tree, allow_unicode=True), encoding="utf-8")
    return root


def _compose(address: str, clock: FrozenClock | None = None) -> Services:
    return compose(Settings(address, SECRET, definitions=_definitions()), clock)


def _fill(address: str, cases: int) -> None:
    services = _compose(address, FrozenClock(BEGIN))
    accounts = create_accounts(services)
    for first in range(0, cases, _AT_ONCE):
        with services.uow.begin(SYSTEM) as tx:
            for number in range(first, min(first + _AT_ONCE, cases)):
                _other(tx, services, number)
    with services.uow.begin(accounts.actor(Role.FOCAL_POINT, "PY")) as tx:
        ref = open_case(tx, services, KIND, "PY").ref
    with services.uow.begin(accounts.actor(Role.FOCAL_POINT, "PY")) as tx:
        own = lock(tx, services, ref)
        save_draft(tx, services, own, services.library.forms[f"{FORM}/v1"], _answers())
    services.uow.engine.dispose()


def _other(tx: Tx, services: Services, number: int) -> None:
    """A case of somebody, under way."""
    workflow = services.library.latest(KIND)
    key, at = new_id(), BEGIN - timedelta(minutes=number + 1)
    states = sorted(services.reference.states)
    about = {"kind": KIND, "definition": workflow.key, "definition_digest": workflow.digest}
    place = {"country": states[number % len(states)], "illustrative": True, "exercise": False}
    begun = {"version": 0, "head": FIRST_HEAD, "state": "", "entered": 0}
    times = {"opened_at": at, "entered_at": at, "updated_at": at}
    ref = case_ref(BEGIN.year - 1, number + 1)
    tx.insert(case_table, {"id": key, "ref": ref, **about, **place, **begun, **times})
    entry = {"seq": 1, "at": at, "office": "system", "act": "case.opened", "prev": FIRST_HEAD}
    moved = {"from_state": "", "to_state": "plan", "detail": {}}
    tx.insert(audit_entry, {"case_id": key, **entry, **moved, "digest": f"{number:064x}"})


def _answers() -> dict[str, Json]:
    """Every field answered, and the budget full."""
    texts = [f["name"] for f in _fields() if f["type"] == "text"]
    rows: list[Json] = [
        {"line": f"Gasto {n}", "cost": "12.50", "times": n + 1} for n in range(ROWS)
    ]
    answered: dict[str, Json] = dict.fromkeys(texts, "Una respuesta de pocas palabras.")
    return {"title": {"es": "Un plan"}, "ceiling": "5000.00", "budget": rows, **answered}


class _Desk(Product):
    """The product with the large form; `act` is left to the subclass."""

    def __init__(self, place: Place, name: str = "RICOMI Workflow") -> None:
        self.name = name
        self.clients = 1
        self.place = place
        self.address = place.copy()
        self.services = _compose(self.address)
        self.services.uow.clock = TickingClock(BEGIN + timedelta(days=1))
        self.world = World(self.services, create_accounts(self.services), (), ())
        self.reader = self.world.accounts.actor(Role.FOCAL_POINT, "PY")
        self.app: Flask = create_app(self.services)
        self.ref = case_ref(BEGIN.year, 1)
        self.turns = 0


class FormOpened(_Desk):
    """The whole page of the form, as the server sends it."""

    def act(self, client: int) -> None:
        """Make the page."""
        del client
        self.page()

    def page(self) -> str:
        """The page."""
        with self.app.test_request_context(f"/es/cases/{self.ref}/forms/{FORM}"):
            with self.services.uow.look(self.reader) as tx:
                desk = open_form(tx, self.services, self.ref, FORM)
                others = other_editors(tx, desk)
            page = form_page(desk, desk.values, PageRequest(), others)
            return render_template("forms/form.html", page=page)

    def faults(self) -> Sequence[str]:
        """What does not hold."""
        page = self.page()
        rows = page.count('<tr role="row" data-row>')
        return [] if rows == ROWS else [f"{rows} rows on the page"]


class FieldSaved(_Desk):
    """One field of the draft, as the script saves it."""

    def act(self, client: int) -> None:
        """Save the field with another answer than before."""
        del client
        self.turns += 1
        with self.services.uow.begin(self.reader) as tx:
            desk = open_form(tx, self.services, self.ref, FORM, hold=True)
            began = {"f5": answer_tokens(desk, desk.form.sections)["f5"]}
            posted = {"f5": [f"Respuesta {self.turns}"]}
            save_answers(
                tx, self.services, desk, SentAnswers(frozenset({"f5"}), posted, began, "es")
            )

    def faults(self) -> Sequence[str]:
        """What does not hold."""
        with self.services.uow.look(self.reader) as tx:
            found = open_form(tx, self.services, self.ref, FORM).values.get("f5")
        return [] if found == f"Respuesta {self.turns}" else [f"the field holds {found}"]
