"""Tokens with scopes and one office: what they do not reach, and what the document says of it."""

from ricomi_workflow.identity.commands import end_role, give_role
from ricomi_workflow.identity.tokens import SCOPES, list_tokens, make_token
from ricomi_workflow.kernel.actors import SYSTEM, Grant, Role
from ricomi_workflow.web.api.v1 import OPERATIONS, document
from tests.api.client import Api, answer, problem
from tests.support.product import Stage

NEW = {"kind": "cooperation_request", "country": "PY"}


def test_every_scope_is_needed_by_an_operation_and_the_document_names_it() -> None:
    needed = {each.scope for each in OPERATIONS if not each.is_public}
    assert needed == set(SCOPES)
    for each in OPERATIONS:
        told = document()["paths"][each.path][each.method.lower()]["security"]
        assert told == ([] if each.is_public else [{"token": [each.scope]}])


def test_a_token_reaches_no_further_than_its_scopes(api: Api, stage: Stage) -> None:
    focal = stage.the(Role.FOCAL_POINT, "PY")
    with stage.services.uow.begin(focal) as tx:
        api.tokens[focal.user_id] = make_token(tx, "reader", scopes=["cases:read"]).token
    answer(api.get("/cases", focal))
    given = api.post("/cases", focal, NEW, Accept_Language="es", Idempotency_Key="one")
    told = problem(given, 403, "outside_token")
    (why,) = told["refusals"]
    assert (why["code"], why["params"]) == ("token_scope", {"scope": "cases:write"})
    assert "«Mi cuenta»" in why["need"]
    wanted = given.www_authenticate
    assert (wanted.get("error"), wanted.get("scope")) == ("insufficient_scope", "cases:write")
    problem(api.get("/meetings/RICOMI-2026-0001/mine", focal), 403, "outside_token")
    assert answer(api.get("/cases", focal))["cases"] == []
    with stage.services.uow.read() as connection:
        (row,) = list_tokens(connection, focal.user_id or 0)
    assert row.used_at == stage.services.uow.clock.now()


def test_a_token_does_no_more_than_its_owner_may_now(api: Api, stage: Stage) -> None:
    """Of two offices a token has one; when that ends, the other does not help."""
    focal = stage.the(Role.FOCAL_POINT, "PY")
    assert focal.user_id is not None
    with stage.services.uow.begin(SYSTEM) as tx:
        second = give_role(tx, focal.user_id, Role.FOCAL_POINT, "CL")
    with stage.services.uow.begin(focal) as tx:
        made = make_token(tx, "Chile", office=Grant(Role.FOCAL_POINT, "CL"))
    api.tokens[focal.user_id] = made.token
    problem(api.post("/cases", focal, NEW), 403, "forbidden")
    answer(api.post("/cases", focal, {**NEW, "country": "CL"}), 201)
    with stage.services.uow.begin(SYSTEM) as tx:
        end_role(tx, second)
    told = problem(api.get("/cases", focal), 403, "outside_token")
    assert told["refusals"][0]["params"] == {"role": "focal_point", "country": "CL"}
