"""The budget of the proposal of 31 August 2011 and the form fields that it fills."""

from __future__ import annotations

import yaml

from ricomi_workflow.definitions.model import FormDef
from ricomi_workflow.definitions.read_form import read_form
from ricomi_workflow.definitions.yaml_node import YamlNode
from ricomi_workflow.definitions.yaml_reader import parse_yaml
from tests.definitions.samples import Tree, four

COMPONENTS = ("development", "meeting", "identification")
# Component, line, quantity, unit cost, periods. Source: proposal, section V.
LINES = (
    ("development", "Development of information-systems platform", 1, "25000.00", 1),
    ("development", "Information-systems consultant", 1, "3000.00", 12),
    ("development", "Senior migrations specialist, OAS P3 (10%)", 1, "1053.00", 18),
    ("development", "Administrative assistant (10%)", 1, "683.00", 18),
    ("meeting", "Travel", 10, "1000.00", 1),
    ("meeting", "Per diems", 10, "350.00", 3),
    ("meeting", "Conference services", 1, "5000.00", 1),
    ("meeting", "Unforeseen expenses", 1, "2000.00", 1),
    ("identification", "Information-gathering", 1, "3252.00", 1),
    ("identification", "Building cooperation project database", 1, "3000.00", 1),
    ("identification", "Estimate for the discussion of experiences", 1, "4000.00", 1),
)


def options(*values: str) -> list[Tree]:
    """Options by value."""
    return [{"value": value, "label": four(value)} for value in values]


def field(name: str, kind: str, **more: object) -> Tree:
    """A field or column."""
    return {"name": name, "type": kind, "label": four(name), **more}


def build(*fields: Tree, checks: list[Tree] | None = None) -> FormDef:
    """A form of one section with these fields."""
    section = {"name": "all", "label": four("all"), "fields": list(fields)}
    tree: Tree = {
        "name": "toy",
        "version": 1,
        "label": four("toy"),
        "sections": [section],
        "checks": checks or [],
    }
    place = YamlNode("toy.yaml", "", parse_yaml(yaml.safe_dump(tree).encode(), "toy.yaml"), [])
    form = read_form(place, "")
    assert not place.mistakes, place.mistakes
    return form


def money_form() -> FormDef:
    """Budget and financing, which must be equal."""
    budget = field(
        "budget",
        "table",
        group_by="component",
        min_rows=1,
        columns=[
            field(
                "component", "choice", options=options("development", "meeting", "identification")
            ),
            field("line", "text"),
            field("quantity", "integer", min=1),
            field("unit_cost", "money", min="0.01"),
            field("periods", "integer", min=1),
            field("total", "money", product=["quantity", "unit_cost", "periods"]),
        ],
    )
    sources = options("member_states", "permanent_observers")
    columns = [field("source", "choice", options=sources), field("amount", "money")]
    check = {"code": "financing_differs", "left": "budget.total", "right": "financing.amount"}
    message = four("{left} / {right} / {difference}")
    return build(
        budget,
        field("financing", "table", columns=columns),
        checks=[{**check, "at": "financing", "message": message}],
    )


def budget() -> list[Tree]:
    """The eleven lines as typed values."""
    names = ("component", "line", "quantity", "unit_cost", "periods")
    return [dict(zip(names, line, strict=True)) for line in LINES]


def financing(members: str, observers: str) -> list[Tree]:
    """The two sources of the proposal."""
    return [
        {"source": "member_states", "amount": members},
        {"source": "permanent_observers", "amount": observers},
    ]
