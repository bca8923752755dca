"""Whatever is wrong with what is sent has a code, and the code has its sentence."""

import pytest
from marshmallow import Schema

from ricomi_workflow.definitions.fields import Problem
from ricomi_workflow.definitions.texts import load_texts
from ricomi_workflow.web.api.v1 import OPERATIONS

ASKED = {each.body for each in OPERATIONS if each.body} | {each.query for each in OPERATIONS}
SENTENCES = load_texts().sentences.keys()
ODD: tuple[object, ...] = (
    None,
    [],
    [None],
    [{}],
    ["x"],
    {},
    {"": None},
    {"es": None},
    {"es": 1},
    "x",
    1,
    True,
    [[]],
)


def codes(told: object) -> set[str]:
    """The codes in what marshmallow tells, however deep."""
    if isinstance(told, dict):
        return {code for inner in told.values() for code in codes(inner)}
    if isinstance(told, list):
        return {code for inner in told for code in codes(inner)}
    return {told.code if isinstance(told, Problem) else str(told)}


@pytest.mark.parametrize("asked", sorted(ASKED, key=str), ids=lambda each: str(each.__name__))
@pytest.mark.parametrize("odd", ODD, ids=str)
def test_every_mistake_has_a_code_with_its_words(asked: type[Schema], odd: object) -> None:
    told = asked().validate(dict.fromkeys(asked().fields, odd))
    assert {f"validation.{code}" for code in codes(told)} <= SENTENCES
