"""Errors as the JSON API tells them: RFC 9457 problems with the stable code of the domain.

`type`, `status` and `code` never change for a mistake; `title`, `detail` and the messages are in
the reader's language. `fields` names every mistake of the input, `refusals` every reason of the
rule with what or who would make the act possible.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from flask import Response, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import HTTPException

from ricomi_workflow.kernel import errors
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.clock import iso
from ricomi_workflow.kernel.text import LocalizedText
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.messages import mistake, reason

API = "/api/"
MEDIA_TYPE = "application/problem+json"
TYPE = "urn:ricomi:problem:"
FAILURE = "failure"
CODES = {
    400: "bad_request",
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
    429: "too_many",
}


def wanted() -> bool:
    """Whether the request is one of a program, which reads JSON and no pages."""
    return request.path.startswith(API)


def of_domain(error: errors.DomainError, status: int) -> Response:
    """The answer that says what the domain answered instead of acting."""
    code = error.code if status < 500 else FAILURE
    mistakes = error.fields if isinstance(error, errors.Invalid) else ()
    against = error.refusals if isinstance(error, errors.Refused) else ()
    fields = [field_error(each) for each in mistakes]
    answer = _answer(code, status, fields, [refusal(each) for each in against])
    if isinstance(error, errors.OutsideToken) and error.scope:
        wanted = {"error": "insufficient_scope", "scope": error.scope}  # RFC 6750, section 3.1
        answer.www_authenticate = WWWAuthenticate("bearer", {"realm": "ricomi", **wanted})
    return answer


def of_http(error: HTTPException) -> Response:
    """The answer that says what HTTP itself refused, with the headers that belong to it."""
    status = error.code or 500
    answer = _answer(CODES.get(status, FAILURE), status)
    for name, value in error.get_headers():
        if name.lower() != "content-type":
            answer.headers.add(name, value)
    return answer


def refusal(against: errors.Refusal) -> dict[str, Json]:
    """One reason why an act is not possible, for programs and for people."""
    words = reason(against)
    params = as_json(dict(against.params))
    return {"code": against.code, "params": params, "message": words.text, "need": words.need}


def field_error(error: errors.FieldError) -> dict[str, Json]:
    """One mistake of an input, for programs and for people."""
    return {"path": error.path, "code": error.code, "message": mistake(error)}


def as_json(value: object) -> Json:
    """A parameter of a refusal as JSON: amounts as decimal text, days and instants as RFC 3339."""
    if isinstance(value, LocalizedText):
        return dict(value.as_dict())
    if isinstance(value, Mapping):
        return {str(key): as_json(inner) for key, inner in value.items()}
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, bool | int | str):
        return value
    return [as_json(inner) for inner in value] if isinstance(value, Iterable) else str(value)


def _answer(
    code: str, status: int, fields: Sequence[Json] = (), refusals: Sequence[Json] = ()
) -> Response:
    body: dict[str, Json] = {
        "type": TYPE + code,
        "title": t(f"api.{code}"),
        "status": status,
        "code": code,
        "detail": t(f"api.{code}.detail"),
        "fields": list(fields),
        "refusals": list(refusals),
    }
    answer = Response(json.dumps(body, ensure_ascii=False), status, content_type=MEDIA_TYPE)
    answer.headers["Content-Language"] = language()
    answer.headers["Cache-Control"] = "no-store"
    return answer
