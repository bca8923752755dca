"""The static checks find what a single file cannot know."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ricomi_workflow.definitions.check import check
from ricomi_workflow.definitions.library import load
from ricomi_workflow.definitions.model import FieldType
from tests.definitions.proposal import field, options
from tests.definitions.samples import act, four, message, put, state, wish, workflow, write

GUARDS, EFFECTS, TERMS = {"paid"}, {"publish"}, {"publish": ("weeks",)}
Spoil = Callable[[Any], object]  # a change of a tree of plain values


def found(root: Path) -> str:
    return "\n".join(
        map(str, check(load(root), guards=GUARDS, effects=EFFECTS, terms=TERMS, bodies={"ceam"}))
    )


def test_a_good_library_has_no_mistakes(tmp_path: Path) -> None:
    assert not found(write(tmp_path))


WORKFLOW: list[tuple[Spoil, str]] = [
    (
        lambda w: w["transitions"][2].update(points="other"),
        "transitions.2 (close).points: found unknown form other; allowed: wish",
    ),
    (
        lambda w: w["transitions"][2].update(depends_on={"wish": ["nowhere"]}),
        "transitions.2 (close).depends_on.wish: found unknown section nowhere",
    ),
    (
        lambda w: w["transitions"][2].update(depends_on={"wish": []}),
        "transitions.2 (close).depends_on.wish: found no section; allowed: at least one section",
    ),
    (
        lambda w: w["transitions"][2].update(hint=four("{review.days}")),
        "transitions.2 (close).hint.es: found {review.days}; allowed: a term, or STATE.days",
    ),
    (lambda w: w.update(initial="x"), "initial: found unknown state x; allowed: closed, draft, re"),
    (lambda w: w.update(form="wish/v9"), "form: found unknown form wish/v9; allowed: wish/v1"),
    (lambda w: w.update(opens=[]), "opens: found no role"),
    (lambda w: w.update(body="cam"), "body: found unknown body cam; allowed: ceam"),
    (
        lambda w: w["states"]["review"].update(outcome="shut"),
        "states.review.outcome: found unknown state shut; allowed: closed, draft, review",
    ),
    (
        lambda w: w["states"]["review"].update(forms={"wish": {"own": ["secretariat"]}}),
        "states.review.forms.wish.own: found unknown role for own secretariat; allowed: candidate",
    ),
    (lambda w: w.update(terms={"margin": 3}), "terms: found unknown term margin; allowed: weeks"),
    (
        lambda w: w["transitions"][2].update(effects=["publish"]),
        "terms.weeks: found nothing; allowed: a whole number, which publish of transitions.2 (clo",
    ),
    (
        lambda w: w["transitions"][2].update(trigger="migrated"),
        "transitions.2 (migrated).trigger: found migrated; allowed: another name",
    ),
    (
        lambda w: w.update(
            steps=[{"name": f"s{n}", "label": four("s"), "who": four("w")} for n in range(8)]
        ),
        "steps: found 8 steps; allowed: at most 7",
    ),
    (lambda w: w["steps"].append({**w["steps"][0], "name": "late"}), "step late without a state"),
    (lambda w: w["states"]["review"].update(step="x"), "states.review.step: found unknown step x"),
    (
        lambda w: w["states"]["review"].update(effects=["fly"]),
        "unknown effect fly; allowed: publish",
    ),
    (
        lambda w: w["states"]["review"]["notify"].append({"message": "bye", "to": ["chair"]}),
        "states.review.notify: found unknown message bye; allowed: hello",
    ),
    (
        lambda w: w["states"]["draft"]["forms"].update(other={"edit": ["chair"]}),
        "states.draft.forms.other: found unknown form other; allowed: wish",
    ),
    (
        lambda w: w["states"]["draft"]["forms"]["wish"]["fields"].update(age={"read": []}),
        "states.draft.forms.wish.fields: found unknown field age; allowed: cost, lines, title",
    ),
    (
        lambda w: w["states"]["draft"]["deadline"].update(then="submit"),
        "states.draft.deadline.then: found submit; allowed: lapse",
    ),
    (
        lambda w: w["states"]["draft"].update(waits_for=[]),
        "states.draft.deadline.remind: found nobody to remind",
    ),
    (
        lambda w: w["states"]["closed"].update(deadline={"business_days": 3}),
        "states.closed.deadline: found a deadline; allowed: none in a final state",
    ),
    (
        lambda w: w["transitions"].append(act("jump", "nowhere", to="heaven", roles=["chair"])),
        "transitions.3 (jump).to: found unknown state heaven",
    ),
    (
        lambda w: w["transitions"][0].update(form="x/v1", guards=["rich"]),
        "transitions.0 (submit).guards: found unknown guard rich; allowed: paid",
    ),
    (
        lambda w: w["transitions"].append(act("vanish", "review", to="closed")),
        "transitions.3 (vanish).roles: found no role, and nothing fires it",
    ),
    (
        lambda w: w["states"].update(island=state()),
        "states.island: found never reached; allowed: a way from draft",
    ),
    (lambda w: w["transitions"].pop(2), "states.review: found no way out"),
    (
        lambda w: w["transitions"].append(act("reopen", "closed", to="draft", roles=["chair"])),
        "states.closed: found final, with a way out",
    ),
    (
        lambda w: w["transitions"].append(
            {**act("submit", "draft", to="closed", roles=["focal_point"])}
        ),
        "transitions.3 (submit): found never tried from draft",
    ),
]


@pytest.mark.parametrize(("spoil", "part"), WORKFLOW)
def test_a_mistake_of_a_workflow_is_found(tmp_path: Path, spoil: Spoil, part: str) -> None:
    flow = workflow()
    spoil(flow)
    assert f"workflows/loan/v1.yaml: {part}" in found(write(tmp_path, flow)) or part in found(
        tmp_path
    )


def test_a_changed_deadline_changes_the_hint_that_names_it(tmp_path: Path) -> None:
    tree: Any = workflow()
    tree["transitions"][1]["hint"] = four("{draft.days} days")
    for days in (15, 3):
        tree["states"]["draft"]["deadline"] = {"business_days": days}
        flow = load(write(tmp_path, tree)).latest("loan")
        assert flow.transitions[1].hint["fr"] == f"{days} days fr"


def test_two_states_that_lead_only_to_each_other_have_no_way_to_an_end(tmp_path: Path) -> None:
    flow: Any = workflow()
    flow["transitions"][2].update(to="loop")
    flow["states"]["loop"] = state()
    flow["transitions"].append(act("back", "loop", to="review", roles=["chair"]))
    assert "states.review: found no way to an end" in found(write(tmp_path, flow))


def test_a_trigger_that_code_fires_needs_no_role(tmp_path: Path) -> None:
    flow: Any = workflow()
    flow["transitions"].append(act("decide", "review", to="closed"))
    library = load(write(tmp_path, flow))
    assert check(library)
    assert not check(library, fired={"decide"})


def table(**column: object) -> Spoil:
    """Append a column to the table of the form."""
    return lambda f: f["sections"][0]["fields"][2]["columns"].append(
        {**field("x", "money"), **column}
    )


def test_what_an_effect_takes_is_asked_by_the_form_of_its_transition(tmp_path: Path) -> None:
    submit = act("submit", "draft", to="review", roles=["focal_point"], form="wish/v1")
    flow: Any = workflow()
    flow["transitions"][0] = {**submit, "effects": ["publish"]}
    library = load(write(tmp_path, flow))
    asked = {"cost": FieldType.MONEY, "age": FieldType.INTEGER, "title": FieldType.TEXT}
    told = [str(mistake) for mistake in check(library, reads={"publish": asked})]
    assert told == [
        f"workflows/loan/v1.yaml: transitions.0 (submit).form: found no required field {name};"
        " allowed: a form with what publish takes"
        for name in ("age of type integer", "title of type text")
    ]


FORM: list[tuple[Spoil, str]] = [
    (table(product=["amount", "years"]), "lines.x.product: found years; allowed: amount"),
    (table(product=["amount", "line"]), "lines.x.product: found line; allowed: amount"),
    (table(type="integer", product=["amount"]), "lines.x.product: found 1 amounts as factors"),
    (table(type="choice", options=options("a", "a")), "lines.x.options: found a more than once"),
    (table(min="10", max="9.99"), "lines.x.min: found 10; allowed: at most 9.99"),
    (lambda f: f["sections"][0]["fields"][2].update(group_by="line"), "lines.group_by: found line"),
    (
        lambda f: f["sections"][0]["fields"].append(field("p", "money", product=["title"])),
        "p.product: found title; allowed: cost, lines.amount",
    ),
    (lambda f: f["checks"][0].update(left="lines.line"), "checks.adds_up.left: found lines.line"),
    (lambda f: f["checks"][0].update(right="title"), "checks.adds_up.right: found title"),
    (lambda f: f["checks"][0].update(at="x"), "checks.adds_up.at: found x; allowed: title, cost"),
    (
        lambda f: f["checks"][0].update(message=four("{left} {middle}")),
        "checks.adds_up.message.fr: found {middle}; allowed: {left}, {right}, {difference}",
    ),
    (
        lambda f: f["checks"][0].update(message=four("{left.minor}")),
        "checks.adds_up.message.es: found {left.minor}; allowed: plain {name}s",
    ),
]


@pytest.mark.parametrize(("spoil", "part"), FORM)
def test_a_mistake_of_a_form_is_found(tmp_path: Path, spoil: Spoil, part: str) -> None:
    form = wish()
    spoil(form)
    assert f"forms/wish/v1.yaml: {part}" in found(write(tmp_path, None, form))


@pytest.mark.parametrize(
    ("template", "part"),
    [
        ("{{ refe }}", "text.fr: found undeclared refe; allowed: ref"),
        ("{{ ref", "text.fr, line 1: found"),
        ("{% if ref %}", "text.fr, line 1: found"),
        ("{{ ref | shout }}", "text.fr, line 1: found No filter named 'shout'"),
    ],
)
def test_a_mistake_of_a_message_is_found(tmp_path: Path, template: str, part: str) -> None:
    broken = {**message(), "text": {**four("{{ ref }}"), "fr": template}}
    put(write(tmp_path) / "notifications/hello.yaml", broken)
    assert f"notifications/hello.yaml: {part}" in found(tmp_path)


def test_a_subject_is_a_template_too(tmp_path: Path) -> None:
    put(write(tmp_path) / "notifications/hello.yaml", {**message(), "subject": four("{{ who }}")})
    assert "hello.yaml: subject.es: found undeclared who; allowed: ref" in found(tmp_path)
