"""Small definitions for these tests: a folder that loads, to be spoiled one way at a time."""

from __future__ import annotations

from pathlib import Path

import yaml

Tree = dict[str, object]


def four(text: str) -> dict[str, str]:
    """`text` marked for each language."""
    return {lang: f"{text} {lang}" for lang in ("es", "en", "pt", "fr")}


def act(trigger: str, source: object, **more: object) -> Tree:
    """A transition with its three texts."""
    texts = {"label": four(trigger), "hint": four("hint"), "done": four("done")}
    return {"trigger": trigger, "from": source, **texts, **more}


def state(step: str = "draft", **more: object) -> Tree:
    """A state with its two labels."""
    return {"step": step, "label": four("staff"), "public": four("public"), **more}


def workflow() -> Tree:
    """Draft, review, closed: small, and every kind of thing is in it."""
    deadline = {"business_days": 15, "remind": [5], "then": "lapse"}
    return {
        "kind": "loan",
        "version": 1,
        "label": four("loan"),
        "rationale": four("why"),
        "basis": [{"text": four("rule"), "source": "Resolution 1", "confirmed": False}],
        "form": "wish/v1",
        "opens": ["focal_point"],
        "initial": "draft",
        "steps": [{"name": "draft", "label": four("step"), "who": four("who")}],
        "states": {
            "draft": state(
                waits_for=["focal_point"],
                readers=["focal_point"],
                deadline=deadline,
                forms={"wish": {"edit": ["focal_point"], "fields": {"cost": {"read": []}}}},
            ),
            "review": state(notify=[{"message": "hello", "to": ["secretariat"]}]),
            "closed": state(final=True, catalogued=True),
        },
        "transitions": [
            act("submit", "draft", to="review", roles=["focal_point"], form="wish/v1"),
            act("lapse", "draft", to="closed"),
            act("close", ["review"], to="closed", roles=["secretariat"], guards=["paid"]),
        ],
    }


def wish() -> Tree:
    """A form with a text, a table and a check."""
    columns = [
        {"name": "line", "type": "text", "label": four("line")},
        {"name": "amount", "type": "money", "label": four("amount"), "min": "0.01"},
    ]
    fields = [
        {"name": "title", "type": "localized_text", "label": four("title"), "max_words": 20},
        {"name": "cost", "type": "money", "label": four("cost")},
        {"name": "lines", "type": "table", "label": four("lines"), "columns": columns},
    ]
    check = {"code": "adds_up", "left": "cost", "right": "lines.amount", "at": "lines"}
    return {
        "name": "wish",
        "version": 1,
        "label": four("wish"),
        "sections": [{"name": "all", "label": four("all"), "fields": fields}],
        "checks": [{**check, "message": four("{left} {right} {difference}")}],
    }


def message() -> Tree:
    """A message with one parameter and no part that it shares."""
    text = {"text": four("{{ ref }}"), "params": ["ref"], "parts": ["text"]}
    return {"subject": four("{{ ref }}"), "why": four("why"), **text}


def write(root: Path, flow: Tree | None = None, form: Tree | None = None) -> Path:
    """The folders of a deployment under `root`, with `flow` and `form` in place of the good."""
    put(root / "workflows/loan/v1.yaml", flow or workflow())
    put(root / "forms/wish/v1.yaml", form or wish())
    put(root / "notifications/hello.yaml", message())
    return root


def put(file: Path, tree: object) -> None:
    """Write `tree` as YAML, making the folders."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(yaml.safe_dump(tree, allow_unicode=True, sort_keys=False), encoding="utf-8")
