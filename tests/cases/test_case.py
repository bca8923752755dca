"""Roles on a case, the office in which somebody acts, and who may read: no database."""

from datetime import UTC, datetime

import pytest

from ricomi_workflow.audit.rules import FIRST_HEAD
from ricomi_workflow.cases.locked_case import Case, Participation, may_read, office_of, roles_on
from ricomi_workflow.definitions.library import load
from ricomi_workflow.kernel.actors import ANONYMOUS, SYSTEM, Actor, Grant, Role

NOW = datetime(2026, 9, 14, tzinfo=UTC)


def case(*partners: str) -> Case:
    """A case of Paraguay in which other states take part."""
    asked = tuple(Participation(country, 2) for country in partners)
    names = ("kind", "kind/v1", "PY")
    facts = (*names, False, NOW, 3, FIRST_HEAD, "draft", 1, NOW, NOW, None)
    return Case(1, "RICOMI-2026-0001", *facts, participants=asked)


def actor(*held: str) -> Actor:
    """Somebody with grants as `focal_point:PY`."""
    pairs = (text.partition(":") for text in held)
    return Actor(7, "Ana", "es", frozenset(Grant(Role(r), c or None) for r, _, c in pairs))


@pytest.mark.parametrize(
    ("held", "partners", "expected"),
    [
        (["focal_point:PY"], [], {Role.FOCAL_POINT}),
        (["institution_user:PY"], ["CL"], {Role.INSTITUTION_USER}),
        (["focal_point:CL"], [], {Role.CANDIDATE}),  # another state, not taking part
        (["focal_point:CL"], ["CL"], {Role.PARTNER}),
        (["institution_user:CL"], ["CL"], set()),  # only the focal point speaks for a partner
        (["focal_point:PY", "focal_point:CL"], ["CL"], {Role.FOCAL_POINT, Role.PARTNER}),
        (["ceam_delegate:AR"], [], {Role.CEAM_DELEGATE}),  # the committee reads every case
        (["secretariat", "auditor"], [], {Role.SECRETARIAT, Role.AUDITOR}),
        ([], ["CL"], set()),
    ],
)
def test_roles_follow_from_state_and_case(
    held: list[str], partners: list[str], expected: set[Role]
) -> None:
    assert roles_on(actor(*held), case(*partners)) == expected


@pytest.mark.parametrize(
    ("held", "wanted", "expected"),
    [
        (["focal_point:PY"], Role.FOCAL_POINT, "focal_point:PY"),
        (["focal_point:BR", "focal_point:PY"], Role.FOCAL_POINT, "focal_point:PY"),
        (["focal_point:CL"], Role.PARTNER, "partner:CL"),
        (["focal_point:CL", "focal_point:AR"], Role.PARTNER, "partner:CL"),
        (["ceam_delegate:AR"], Role.CEAM_DELEGATE, "ceam_delegate:AR"),
        (["focal_point:BR", "focal_point:AR"], Role.CANDIDATE, "candidate:AR"),
        (["secretariat"], Role.SECRETARIAT, "secretariat"),
    ],
)
def test_an_act_names_the_office_in_which_it_was_done(
    held: list[str], wanted: Role, expected: str
) -> None:
    assert office_of(actor(*held), case("CL"), frozenset({wanted})) == expected


def test_the_system_acts_as_itself_and_nobody_as_a_plain_person() -> None:
    assert office_of(SYSTEM, case(), frozenset()) == "system"
    assert office_of(ANONYMOUS, case(), frozenset()) == "person"
    assert roles_on(SYSTEM, case()) == frozenset()


def test_a_state_is_read_by_its_readers_alone() -> None:
    states = load().latest("cooperation_request").states
    for state in states.values():
        for role in Role:
            assert may_read(state, frozenset({role})) == (role in state.readers)
        assert not may_read(state, frozenset())
    assert Role.SECRETARIAT not in states["draft"].readers
