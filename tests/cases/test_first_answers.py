"""First answers come from cases of the same country that the reader may read, on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from ricomi_workflow.cases import prefill as first
from ricomi_workflow.cases.commands import advance, lock, open_case
from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.cases.prefill import (
    EarlierSubmission,
    Reader,
    find_country_profile,
    find_earlier_submission,
    institution_names,
    list_prefilled_values,
)
from ricomi_workflow.cases.rows import read_case
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.canonical import Json
from tests.support.product import Stage, product

PROFILE: dict[str, Json] = {
    "title": {"es": "Perfil"},
    "focal_point_office": "Dirección",
    "contact": "Ana",
    "languages": ["es"],
    "institutions": [
        {"institution": name, "capacity": "Mucha.", "shares_experience": False}
        for name in ("Registro", "Migraciones")
    ],
}


@pytest.fixture
def stage(engine: Engine) -> Stage:
    return Stage(product(engine))


def opened(stage: Stage, kind: str, country: str = "PY", *, exercise: bool = False) -> Case:
    with stage.services.uow.begin(stage.the(Role.FOCAL_POINT, country)) as tx:
        return open_case(tx, stage.services, kind, country, exercise=exercise)


def profiled(stage: Stage, *, contact: str = "Ana", exercise: bool = False) -> Case:
    case = opened(stage, "country_profile", exercise=exercise)
    actor = stage.the(Role.FOCAL_POINT, "PY")
    with stage.services.uow.begin(actor) as tx:
        found = lock(tx, stage.services, case.ref)
        values = {**PROFILE, "contact": contact}
        advance(tx, stage.services, found, "publish_profile", inputs=values)
    return case


def asked(
    stage: Stage, of: Case, role: Role = Role.FOCAL_POINT, country: str = "PY"
) -> EarlierSubmission | None:
    with stage.services.uow.read() as connection:
        reader = Reader(connection, stage.services, stage.the(role, country))
        return find_country_profile(reader, of)


def test_the_profile_that_was_published_last_counts(stage: Stage) -> None:
    profiled(stage)
    newer = profiled(stage, contact="Berta")
    given = asked(stage, opened(stage, "cooperation_request"))
    assert given is not None
    assert (given.ref, given.values["contact"]) == (newer.ref, "Berta")
    assert institution_names(given) == ("Registro", "Migraciones")
    assert institution_names(None) == ()


def test_a_form_offers_what_it_declares(stage: Stage) -> None:
    profile, request = profiled(stage), opened(stage, "cooperation_request")
    form = stage.services.library.forms["request/v2"]
    with stage.services.uow.read() as connection:
        reader = Reader(connection, stage.services, stage.the(Role.FOCAL_POINT, "PY"))
        (offered,) = list_prefilled_values(reader, request, form).items()
    assert offered[0] == "contact"
    assert (offered[1].value, offered[1].source, offered[1].ref) == ("Ana", "profile", profile.ref)


def test_who_may_not_read_the_profile_is_offered_nothing(stage: Stage) -> None:
    profiled(stage)
    request = opened(stage, "cooperation_request")
    assert asked(stage, request, Role.INSTITUTION_USER) is not None
    assert asked(stage, request, Role.CEAM_DELEGATE, "AR") is None
    assert asked(stage, opened(stage, "cooperation_request", "CL"), country="CL") is None


def test_practice_offers_nothing_to_a_real_case(stage: Stage) -> None:
    profiled(stage, exercise=True)
    assert asked(stage, opened(stage, "cooperation_request")) is None
    assert asked(stage, opened(stage, "cooperation_request", exercise=True)) is not None


def test_what_was_handed_in_earlier_is_found_in_another_case(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many newer cases of the country have no such form."""
    monkeypatch.setattr(first, "NEWEST", 2)
    before = stage.submitted()
    for _ in range(2):
        profiled(stage)
    request = opened(stage, "cooperation_request")
    with stage.services.uow.read() as connection:
        reader = Reader(connection, stage.services, stage.the(Role.FOCAL_POINT, "PY"))
        given = find_earlier_submission(reader, request, "request")
        own = read_case(connection, before)
        assert own is not None
        assert find_earlier_submission(reader, own, "request") is None  # itself is no earlier case
    assert given is not None
    assert given.ref == before
    assert given.values["title"] == stage.request["title"]
