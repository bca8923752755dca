"""What the API answers instead of acting."""

import pytest

from ricomi_workflow.identity.tokens import list_tokens, revoke_token
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.web.app import create_app
from tests.api.client import Api, answer, problem
from tests.support.product import Stage


def test_without_a_token_nothing_but_the_public_is_read(api: Api, stage: Stage) -> None:
    ref = stage.submitted()
    for path in ("/cases", f"/cases/{ref}", f"/cases/{ref}/actions", f"/cases/{ref}/ballot"):
        refused = api.get(path)
        problem(refused, 401, "unauthenticated")
        assert refused.headers["WWW-Authenticate"] == "Bearer realm=ricomi"


@pytest.mark.parametrize(
    "sent", ["Bearer", "Bearer nonsense", "Bearer ricomi_nonsense", "Basic cmljb21pOng=", "x"]
)
def test_a_token_that_does_not_work_is_no_token(api: Api, sent: str) -> None:
    problem(api.get("/cases", Authorization=sent), 401, "unauthenticated")


def test_a_revoked_token_ends_at_once(api: Api, stage: Stage) -> None:
    focal = stage.the(Role.FOCAL_POINT, "PY")
    answer(api.get("/cases", focal))
    assert focal.user_id is not None
    with stage.services.uow.begin(focal) as tx:
        for token in list_tokens(tx.connection, focal.user_id):
            revoke_token(tx, token.digest)

    refused = api.get("/cases", focal)

    problem(refused, 401, "unauthenticated")
    assert "error=invalid_token" in refused.headers["WWW-Authenticate"].replace('"', "")


def test_unknown_names_are_mistakes(api: Api, stage: Stage) -> None:
    focal, new = stage.the(Role.FOCAL_POINT, "PY"), {"kind": "x", "country": "PY", "id": 7}

    body = problem(api.post("/cases", focal, new), 422, "invalid")
    query = problem(api.get("/cases?sort=ref&state=draft", focal), 422, "invalid")

    assert [(m["path"], m["code"]) for m in body["fields"]] == [("id", "unknown")]
    assert [(m["path"], m["code"]) for m in query["fields"]] == [("sort", "unknown")]


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "limit=two", "limit=1&limit=2", "after=eA", "q=%00",
              "after=MDAwMS0wMS0wMVQwMDowMDowMCsxNDowMCBSSUNPTUktMjAyNi0wMDAx",
              "country=py", f"q={'x' * 201}"]
)  # fmt: skip
def test_parameters_are_read_strictly(api: Api, stage: Stage, query: str) -> None:
    told = problem(api.get(f"/cases?{query}", stage.the(Role.SECRETARIAT)), 422, "invalid")
    assert [m["path"] for m in told["fields"]] == [query.partition("=")[0]]
    assert all(m["message"] for m in told["fields"])


@pytest.mark.parametrize(
    "sent",
    [b"{", b"NaN", b'{"reason": "a", "reason": "b"}', b"[" * 100_000, b"\xff", b'{"version": NaN}'],
    ids=["open", "no number", "twice", "deep", "no UTF-8", "NaN"],
)
def test_a_body_that_is_no_json_is_refused(api: Api, stage: Stage, sent: bytes) -> None:
    ref, focal = stage.open(), stage.the(Role.FOCAL_POINT, "PY")
    headers = {"Authorization": f"Bearer {api.token(focal)}"}
    path, kind = f"/api/v1/cases/{ref}/actions/submit", "application/json"
    with api.app.test_client() as client:
        told = client.post(path, data=sent, content_type=kind, headers=headers)
        typed = client.post(path, data=b"{}", content_type="text/plain", headers=headers)
    problem(told, 400, "bad_request")
    problem(typed, 415, "unsupported_media_type")


@pytest.mark.parametrize("sent", ["x", 1, {}, None])
def test_what_is_no_list_is_told_at_its_name(api: Api, stage: Stage, sent: object) -> None:
    ref = stage.submitted()
    answered = api.post(
        f"/cases/{ref}/actions/start_review", stage.the(Role.SECRETARIAT), {"points": sent}
    )
    told = problem(answered, 422, "invalid")
    code = "required" if sent is None else "not_list"
    assert [(each["path"], each["code"]) for each in told["fields"]] == [("points", code)]


def test_no_text_is_refused_wherever_it_stands(api: Api, stage: Stage) -> None:
    ref, focal = stage.open(), stage.the(Role.FOCAL_POINT, "PY")
    odd = {"values": {"title": {"es": "a\0b"}, "\ud800": 1, "summary": {"es": "\ud800"}}}
    deep: object = 1
    for _ in range(30):
        deep = [deep]

    told = problem(api.put(f"/cases/{ref}/drafts/request", focal, odd), 422, "invalid")
    too_deep = api.put(f"/cases/{ref}/drafts/request", focal, {"values": {"title": deep}})

    paths = {m["path"] for m in told["fields"]}
    assert paths == {"values.title.es", "values", "values.summary.es"}
    problem(too_deep, 422, "invalid")


def test_other_methods_and_addresses_are_told_as_problems(api: Api, stage: Stage) -> None:
    removed = api.send("DELETE", "/cases", stage.the(Role.FOCAL_POINT, "PY"), None, {})

    problem(removed, 405, "method_not_allowed")
    assert set(removed.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}
    problem(api.get("/nothing", Accept_Language="fr"), 404, "not_found")
    problem(api.get("/cases/%00", stage.the(Role.SECRETARIAT)), 404, "not_found")


def test_a_session_of_the_pages_is_no_token(api: Api, stage: Stage) -> None:
    focal, app = stage.the(Role.FOCAL_POINT, "PY"), api.app
    with app.test_client() as client:
        with client.session_transaction() as session:
            session["_user_id"] = f"{focal.user_id}:1"
        problem(client.get("/api/v1/cases"), 401, "unauthenticated")
        posted = client.post("/api/v1/cases", json={})
        problem(posted, 401, "unauthenticated")  # and not an error of the forms' proof of origin


def test_a_failure_of_ours_tells_nothing_but_its_code(stage: Stage) -> None:
    app = create_app(stage.services)  # one of its own: it gets an address that no other has
    app.add_url_rule("/api/broken", "broken", lambda: dict[str, str]()["x"])

    told = problem(app.test_client().get("/api/broken"), 500, "failure")

    assert "x" not in told["fields"]
