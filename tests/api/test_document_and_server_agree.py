"""Requests made at random from the document: the server answers as the document says.

To make a request costs more than to answer it: each is made once and sent to either database, and
as everybody in turn who has something to do with it.
"""

from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from typing import Any, Final

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode, checks
from schemathesis.core.result import Ok
from sqlalchemy import Engine

from ricomi_workflow.kernel.actors import Actor, Role
from ricomi_workflow.web.api.v1 import OPERATIONS
from tests.api.client import PREFIX, Api, answer
from tests.support.application import application
from tests.support.product import Stage, product

EXAMPLES: Final = 40 if settings.get_current_profile_name() == "search" else 4
# What succeeds only in a scene that chance does not find; the tests of calls, files, ballots, ways
# to decide and meetings make these, and their client holds every answer against the document.
OWN_SCENES: Final = {
    "add_case_file",
    "add_item",
    "answer_amendment",
    "answer_state",
    "answer_question",
    "ask_question",
    "assign_reviewers",
    "call_roll",
    "certify_minutes",
    "conclude",
    "conclude_match",
    "contact_state",
    "declare_interest",
    "decline_match",
    "end_webhook",
    "export_entries",
    "get_facts",
    "get_call",
    "get_meeting",
    "get_minutes",
    "get_notice",
    "get_match_file",
    "get_order",
    "get_review",
    "get_webhook",
    "give_scores",
    "go_on_to_roll_call",
    "invite_observer",
    "list_reviews",
    "list_webhook_deliveries",
    "make_objection",
    "make_webhook",
    "open_item_ballot",
    "propose_addition",
    "propose_amendment",
    "read_case_file",
    "record_answer",
    "record_objection",
    "record_service",
    "record_vote",
    "relieve_reviewer",
    "remove_case_file",
    "record_response",
    "rotate_webhook_secret",
    "see_meeting",
    "send_notice",
    "send_webhook_again",
    "set_webhook_status",
    "take_attendance",
    "treat_item",
    "try_webhook",
    "write_minutes",
}
# Operations of the fund: tried by its office on a promise that stands; the tests of the fund make
# those that succeed in a scene of their own.
MONEY: Final = {"contributions", "bank", "books"}
CHECKS: Final[list[schemathesis.CheckFunction]] = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
    checks.unsupported_method,
    checks.allow_header_conformance,
]
# The library leaves the kinds of its parts open; nothing here depends on them.
Operation = schemathesis.APIOperation[Any, Any, Any, Any]
Case = schemathesis.Case[Any]
calm = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def apis(sqlite_engine: Engine, postgresql_engine: Engine) -> list[Api]:
    """The API of the product on SQLite, and on PostgreSQL."""
    stages = [Stage(product(engine)) for engine in (sqlite_engine, postgresql_engine)]
    return [Api(application(stage, stage.services), stage) for stage in stages]


def operations(apis: list[Api]) -> Iterator[Operation]:
    """Every operation of the document that the server itself hands out, the same on either."""
    first, second = (api.app.test_client().get(f"{PREFIX}/openapi.json").data for api in apis)
    assert first == second
    described = schemathesis.openapi.from_wsgi(f"{PREFIX}/openapi.json", apis[0].app)
    for each in described.get_all_operations():
        assert isinstance(each, Ok)
        yield each.ok()


def sender(api: Api, actor: Actor, done: set[str], **known: str | None) -> Callable[[Case], None]:
    """What sends a request to `api` as `actor` and judges the answer.

    `known` names what exists, and with None what is left out. The names of operations that
    answered with success are added to `done`.
    """
    headers = {"Authorization": f"Bearer {api.token(actor)}"}

    def send(case: Case) -> None:
        own = case.derive()
        own._meta = deepcopy(case.meta)  # each judges for itself what it made of the request
        exist = {name: value for name, value in known.items() if value is not None}
        for given_by_name in (own.path_parameters, own.body):
            if isinstance(given_by_name, dict):
                given_by_name.update((n, exist[n]) for n in exist.keys() & given_by_name.keys())
        if isinstance(own.body, dict):
            for name in (known.keys() - exist.keys()) & own.body.keys():
                del own.body[name]
        answered = own.call_and_validate(headers=headers, checks=CHECKS, app=api.app)
        if answered.status_code < 300:
            done.add(str(own.operation.definition.raw["operationId"]))

    return send


def all_of(senders: Iterable[Callable[[Case], None]]) -> Callable[[Case], None]:
    """What sends one request by each of them."""
    each_of = tuple(senders)

    def send(case: Case) -> None:
        for each in each_of:
            each(case)

    return send


def is_money(operation: Operation) -> bool:
    """Whether it is an operation of the fund's office."""
    return bool(MONEY.intersection(operation.definition.raw["tags"]))


def modes(operation: Operation) -> list[GenerationMode]:
    """How requests are made: wrong ones only where something may be wrong."""
    raw = operation.definition.raw
    asks = any(part["in"] in {"path", "query"} for part in raw.get("parameters", []))
    is_public = raw.get("security") == []
    if is_public and not asks and "requestBody" not in raw:
        return [GenerationMode.POSITIVE]
    return list(GenerationMode)


def test_whatever_is_sent_the_answer_is_one_of_the_document(apis: list[Api]) -> None:
    send = all_of(sender(api, api.stage.the(Role.SECRETARIAT), set()) for api in apis)
    for each in operations(apis):
        if is_money(each):
            continue
        for mode in modes(each):
            calm(given(case=each.as_strategy(generation_mode=mode))(send))()


def promised(api: Api, treasurer: Actor) -> dict[str, str | None]:
    """A contribution that stands, and what else exists of the fund."""
    said = {"donor": "ES", "donor_class": "permanent_observers", "amount": "10.00"}
    ref = answer(api.post("/fund/contributions", treasurer, said), 201)["ref"]
    there = {"contribution": ref, "account": "usd-main", "period": "2026-08", "cut": "case"}
    named = {"donor": "ES", "currency": "USD", "bank_reference": "BANK-1", "agreement": None}
    return {**there, **named}


def test_whatever_the_fund_is_told_the_answer_is_one_of_the_document(apis: list[Api]) -> None:
    treasurers = [(api, api.stage.the(Role.FUND_ADMINISTRATOR), set[str]()) for api in apis]
    known = [sender(api, who, done, **promised(api, who)) for api, who, done in treasurers]
    senders = {
        GenerationMode.POSITIVE: all_of(known),
        GenerationMode.NEGATIVE: all_of(sender(*each) for each in treasurers),
    }
    few = settings(calm, max_examples=EXAMPLES // 4)
    for each in filter(is_money, operations(apis)):
        for mode in modes(each):
            few(given(case=each.as_strategy(generation_mode=mode))(senders[mode]))()
    lists = {each.name for each in OPERATIONS if each.tag in MONEY and "{" not in each.path}
    for _api, _who, done in treasurers:
        assert {name for name in lists if name.startswith("list_")} - done == {"list_postings"}


def commented(api: Api, secretary: Actor) -> dict[str, str | None]:
    """A case that waits for the Secretariat, with a comment that may be withdrawn."""
    ref, person = api.stage.submitted(), str(secretary.user_id)
    said = {"audience": "secretariat", "body": "Conviene llamar."}
    answer(api.post(f"/cases/{ref}/comments", secretary, said), 201)
    left_out = {"mentions": None, "seen": None}
    return {"ref": ref, "number": "1", "office": "secretariat", "person": person, **left_out} | {
        "audience": "secretariat"
    }


def scenes(api: Api) -> tuple[tuple[Actor, dict[str, str | None]], ...]:
    """As the public reads an entry, a delegate votes, an applicant fills in a draft."""
    stage = api.stage
    secretary, delegate = stage.the(Role.SECRETARIAT), stage.the(Role.CEAM_DELEGATE, "UY")
    case, act = {"kind": "cooperation_request", "country": "PY"}, {"trigger": "withdraw"}
    drafted = {"ref": stage.open(), "form": "request", **case, **act}
    left_out = {"inputs": None, "version": None, "points": None}
    return (
        (secretary, {"ref": stage.approved(), "body": "ceam"}),
        (delegate, {"ref": stage.before_the_committee(), "country": "UY"}),
        (stage.the(Role.FOCAL_POINT, "PY"), {**drafted, **left_out}),
        (secretary, commented(api, secretary)),
    )


def test_real_cases_are_answered_as_the_document_says(apis: list[Api]) -> None:
    played = [(api, set[str]()) for api in apis]
    send = all_of(
        sender(api, actor, done, **known) for api, done in played for actor, known in scenes(api)
    )
    for each in operations(apis):
        if not is_money(each):
            calm(given(case=each.as_strategy(generation_mode=GenerationMode.POSITIVE))(send))()
    itself = {"get_openapi"}  # is asked for to begin with
    for _api, done in played:
        missing = {each.name for each in OPERATIONS if each.tag not in MONEY} - done - itself
        assert sorted(missing - OWN_SCENES) == []
