"""Writes the OpenAPI 3.1 document from the very operations that are served."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from inspect import cleandoc
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin

from ricomi_workflow.identity.tokens import SCOPES
from ricomi_workflow.kernel.text import LANGUAGES
from ricomi_workflow.web.api.operations import KEY_HEADER, REPLAYED_HEADER, Operation
from ricomi_workflow.web.api.reading import MEDIA_TYPE
from ricomi_workflow.web.api.resources import Problem
from ricomi_workflow.web.problems import MEDIA_TYPE as PROBLEM_TYPE

VERSION = "1.0.0"
ABOUT = """\
The same verbs and rights as the pages of RICOMI Workflow. A token is made in the profile of a
person and sent as `Authorization: Bearer ricomi_…`; it acts in one office of that person, within
its scopes, which each operation names under `security`. What the caller may not know of answers
404. Send an `Idempotency-Key` with every write: a repetition with the same key, office, address and
bytes is answered the same for a day, marked `Idempotency-Replayed: true`. The same key with
anything else is refused (422), and so is a second request while the first is under way (409). A
refused act keeps nothing: mend it and send it again. Texts are in the language that
`Accept-Language` asks for; codes, names and amounts (decimal text) do not depend on it.
"""
_SECURITY = "token"
_CASE, _ROW, _NAME = (
    r"^(RICOMI|EJ)-[0-9]{4}-[0-9]{4,}$",
    r"^[1-9][0-9]{0,18}$",
    r"^[a-z][a-z0-9_]*$",
)
# Every part of an address: what it names, its pattern and an example.
_PARTS = {
    "call": ("Reference of the case of a call", _CASE, "RICOMI-2026-0001"),
    "meeting": ("Reference of the case of a meeting", _CASE, "RICOMI-2026-0001"),
    "reviewed": ("Reference of the case under review", _CASE, "RICOMI-2026-0001"),
    "ref": ("Reference of the case", _CASE, "RICOMI-2026-0001"),
    "need": ("Reference of a need", _CASE, "RICOMI-2026-0001"),
    "offer": ("Reference of an offer", _CASE, "RICOMI-2026-0002"),
    "form": ("Name of the form, without version", _NAME, "request"),
    "version": ("Version of the form, or `latest`", r"^(v[1-9][0-9]*|latest)$", "latest"),
    "body": ("Stable name of a committee", _NAME, "ceam"),
    "round": ("Number of the ballot in its case", r"^[1-9][0-9]{0,3}$", "1"),
    "country": ("Code of a state, ISO 3166-1 alpha-2", r"^[A-Z]{2}$", "PY"),
    "kind": ("Kind of the case", _NAME, "cooperation_request"),
    "trigger": ("Stable name of the act", _NAME, "submit"),
    "audience": ("Audience of a comment", r"^(secretariat|applicant|delegations)$", "applicant"),
    "number": ("Number of a comment in its audience", r"^[1-9][0-9]{0,5}$", "1"),
    "file": ("Key of a file of the case", _ROW, "1"),
    "agreement": ("Reference of an agreement", r"^AGR-[0-9]{4}-[0-9]{4,}$", "AGR-2026-0001"),
    "contribution": ("Reference of a contribution", r"^FUND-[0-9]{4}-[0-9]{4,}$", "FUND-2026-0001"),
    "receipt": ("Reference of a receipt", r"^REC-[0-9]{4}-[0-9]{4,}$", "REC-2026-0001"),
    "rest": ("Reference of a return to a donor", r"^RET-[0-9]{4}-[0-9]{4,}$", "RET-2026-0001"),
    "spending": ("Reference of own spending", r"^SPEND-[0-9]{4}-[0-9]{4,}$", "SPEND-2026-0001"),
    "account": (
        "Code of an account of the fund at a bank",
        r"^[a-z]{3}-[a-z0-9-]{1,16}$",
        "usd-main",
    ),
    "statement": ("Key of a statement of the bank", _ROW, "1"),
    "paper": ("Key of a file of the bank", _ROW, "1"),
    "match": ("Key of a match", _ROW, "1"),
    "period": ("A month or a year of the books", r"^20[0-9]{2}(-(0[1-9]|1[0-2]))?$", "2026-03"),
    "cut": ("Name of a statement of the fund", r"^[a-z]+$", "case"),
    "webhook": ("Key of a program that is told", _ROW, "1"),
    "delivery": ("Key of a delivery", _ROW, "1"),
    "office": ("An office for which the case waits", r"^[a-z_]+(:[A-Z]{2})?$", "secretariat"),
}
_PROBLEMS = {
    400: ("BadRequest", "The body is no JSON"),
    401: ("Unauthenticated", "No token, or one that does not work"),
    403: ("Forbidden", "Known to the caller, but not theirs to do, or beyond the token's scopes"),
    404: ("NotFound", "There is none, or the caller may not know of it"),
    409: ("Refused", "The rule says no, the case has moved, or the same key is under way"),
    413: ("TooLarge", "The body is too large"),
    415: ("UnsupportedMediaType", "The body is not sent as application/json"),
    422: ("Invalid", "The input does not fit, or the key was used for something else"),
}
_ANY_PROBLEM = "Problem"


def write_document(operations: Iterable[Operation], prefix: str) -> dict[str, Any]:
    """The OpenAPI 3.1 document of `operations`, served under `prefix`."""
    spec = APISpec(
        title="RICOMI Workflow",
        version=VERSION,
        openapi_version="3.1.0",
        info={"description": ABOUT, "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}},
        servers=[{"url": prefix}],
        plugins=[MarshmallowPlugin(schema_name_resolver=_name_of)],
    )
    _components(spec)
    for each in operations:
        spec.path(each.path, operations={each.method.lower(): _operation(each)})
    return spec.to_dict()


def _name_of(schema: Any) -> str:
    return str((schema if isinstance(schema, type) else type(schema)).__name__)


def _components(spec: APISpec) -> None:
    spec.components.security_scheme(
        _SECURITY,
        {
            "type": "http",
            "scheme": "bearer",
            "description": f"A token of the profile. Its scopes: {', '.join(SCOPES)}",
        },
    )
    for name, says in (*_PROBLEMS.values(), (_ANY_PROBLEM, "Anything else that was refused")):
        spec.components.response(
            name, {"description": says, "content": {PROBLEM_TYPE: {"schema": Problem}}}
        )
    replayed = {"type": "string", "enum": ["true"]}
    spec.components.header(
        "Replayed", {"description": "Sent when this answers a repetition", "schema": replayed}
    )
    spec.components.header(
        "ETag", {"description": "Changes with the answer", "schema": {"type": "string"}}
    )


def _operation(each: Operation) -> dict[str, Any]:
    first, _, rest = cleandoc(each.view.__doc__ or "").partition("\n")
    described: dict[str, Any] = {
        "operationId": each.name,
        "summary": first.removesuffix("."),
        "tags": [each.tag],
        "security": [] if each.is_public else [{_SECURITY: [each.scope]}],
        "parameters": [*_parts(each), *_headers(each), {"in": "query", "schema": each.query}],
        "responses": _responses(each),
    }
    if rest.strip():
        described["description"] = rest.strip()
    if each.body is not None:
        needed = any(field.required for field in each.body().fields.values())
        content = {MEDIA_TYPE: {"schema": each.body}}
        described["requestBody"] = {"required": needed, "content": content}
    return described


def _parts(each: Operation) -> Iterator[dict[str, Any]]:
    for name in re.findall(r"{(\w+)}", each.path):
        says, pattern, example = _PARTS[name]
        yield {
            "in": "path",
            "name": name,
            "required": True,
            "description": says,
            "example": example,
            "schema": {"type": "string", "pattern": pattern},
        }


def _headers(each: Operation) -> Iterator[dict[str, Any]]:
    says = f"Language of texts: {', '.join(LANGUAGES)}"
    yield {
        "in": "header",
        "name": "Accept-Language",
        "description": says,
        "schema": {"type": "string"},
    }
    if each.body is not None:
        yield {
            "in": "header",
            "name": KEY_HEADER,
            "description": "A name of the caller's choice for this request, kept a day or longer",
            "schema": {"type": "string", "minLength": 1, "maxLength": 80},
        }


def _responses(each: Operation) -> dict[str, Any]:
    shape: Any = each.answers or {"type": "object"}
    content: dict[str, Any] = {MEDIA_TYPE: {"schema": shape}}
    if each.is_content:
        content = {"*/*": {"schema": {"type": "string", "format": "binary"}}}
    success: dict[str, Any] = {
        "description": "Done" if each.body is not None else "Found",
        "content": content,
    }
    answers: dict[str, Any] = {str(each.status): success}
    if each.body is not None:
        success["headers"] = {REPLAYED_HEADER: "Replayed"}
    if each.is_public:
        success["headers"] = {"ETag": "ETag"}
        answers["304"] = {"description": "Not changed since the ETag that was sent"}
    answers |= {str(status): _PROBLEMS[status][0] for status in _refusals(each)}
    return {**answers, "default": _ANY_PROBLEM}


def _refusals(each: Operation) -> Iterator[int]:
    """The statuses of the problems that an operation may answer, in their order."""
    acts = each.body is not None
    yield from (400,) if acts else ()
    yield from () if each.is_public else (401, 403)
    yield from (404,) if "{" in each.path or acts else ()
    yield from (409, 413, 415) if acts else ()
    yield 422
