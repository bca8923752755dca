"""The description of the API: valid, complete, and what is served."""

import json
from pathlib import Path

import openapi_spec_validator

from ricomi_workflow.web.access import EVERYBODY, PROGRAMS, audience_of
from ricomi_workflow.web.api.v1 import OPERATIONS, PREFIX, document
from ricomi_workflow.web.problems import CODES
from tests.api.client import Api, answer

GOLDEN = Path(__file__).parent / "golden" / "openapi.json"
OFFERED_BY_FLASK = {"HEAD", "OPTIONS"}


def test_the_document_is_valid_and_the_one_agreed_on() -> None:
    """A change of the API changes the golden file in the same commit."""
    openapi_spec_validator.validate(document())
    assert document() == json.loads(GOLDEN.read_text(encoding="utf-8"))


def test_every_address_that_is_served_is_described(api: Api) -> None:
    served = {
        (rule.rule.removeprefix(PREFIX).replace("<", "{").replace(">", "}"), method)
        for rule in api.app.url_map.iter_rules()
        if rule.rule.startswith("/api/")
        for method in (rule.methods or set()) - OFFERED_BY_FLASK
    }
    described = {
        (path, method.upper())
        for path, operations in answer(api.get("/openapi.json"))["paths"].items()
        for method in operations
    }
    assert served == described


def test_whatever_is_not_public_needs_a_token() -> None:
    public = {each.name for each in OPERATIONS if each.is_public}
    assert public == {
        "get_openapi",
        "search_entries",
        "get_entry",
        "list_fits",
        "export_entries",
        "get_statement",
        "list_calls",
        "list_meetings",
        "get_meeting",
        "get_call",
        "get_form_schema",
        "list_bodies",
        "get_body",
        "get_body_electorate",
        "list_processes",
        "get_figures",
        "list_decisions",
        "get_decision_record",
        "list_votes_of_state",
        "list_all_checkpoints",
        "list_state_figures",
        "list_pairs",
        "list_statistics",
    }
    for operations in document()["paths"].values():
        for each in operations.values():
            is_open = each["operationId"] in public
            assert [list(way) for way in each["security"]] == ([] if is_open else [["token"]])


def test_every_operation_declares_for_whom_it_is(api: Api) -> None:
    views = api.app.view_functions
    declared = {each.name: audience_of(views[f"api_v1.{each.name}"]) for each in OPERATIONS}
    assert set(declared.values()) == {EVERYBODY, PROGRAMS}
    assert [n for n, whom in declared.items() if whom == EVERYBODY] == [
        each.name for each in OPERATIONS if each.is_public
    ]


def test_every_problem_has_its_sentences(api: Api) -> None:
    texts = api.stage.services.texts
    told = ("not_offered", "refused", "conflict", "invalid", "failure", *CODES.values())
    assert not [c for c in told if not (texts.has(f"api.{c}") and texts.has(f"api.{c}.detail"))]
