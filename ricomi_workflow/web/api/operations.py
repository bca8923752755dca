"""One operation of the API: a row that says everything about it, and how it is answered."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import Response, request
from marshmallow import Schema

from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.commands import lock
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.identity.tokens import Answer, find_answer, request_digest, store_answer
from ricomi_workflow.kernel.actors import Actor, Role
from ricomi_workflow.kernel.errors import Forbidden
from ricomi_workflow.web.access import for_everybody, for_programs
from ricomi_workflow.web.api.caller import bearer, public, scope_of
from ricomi_workflow.web.api.fields import Nothing
from ricomi_workflow.web.api.reading import MEDIA_TYPE, Given, read_body, read_path, read_query
from ricomi_workflow.web.current_user import services as composed
from ricomi_workflow.web.i18n import language

KEY_HEADER = "Idempotency-Key"
REPLAYED_HEADER = "Idempotency-Replayed"
PUBLIC_CACHE = "public, max-age=60"


@dataclass(frozen=True, slots=True)
class Call:
    """One call: the open act (or reading), what the product consists of, what was asked."""

    tx: Tx
    services: Services
    query: Given
    body: Given
    lang: str

    @property
    def today(self) -> date:
        """The day on which the call is made, in Washington."""
        return self.services.calendar.local_day(self.tx.now)


View = Callable[..., object]  # (Call, one text for each part of the address) -> what is answered


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """What is done at a method and address: by which view, read and answered by which schemas.

    `path` names its parts as `{ref}`. `body` None: a reading; otherwise one act, in one
    transaction. `is_public`: open to everybody, read by any site, kept by caches for a minute.
    `offices`: for these alone; without any the view asks for the rights that it needs. The scope
    that a token needs follows from the tag.
    """

    view: View
    path: str
    tag: str
    answers: type[Schema] | None  # None: an object of its own shape
    method: str = "GET"
    query: type[Schema] = Nothing
    body: type[Schema] | None = None
    status: int = 200
    is_public: bool = False
    is_content: bool = False  # it answers the content of a file, not JSON
    once: str = ""  # a field of the answer that is told once: a repetition leaves it empty
    offices: tuple[Role, ...] = ()

    @property
    def name(self) -> str:
        """The name of its view."""
        return self.view.__name__

    @property
    def scope(self) -> str:
        """The scope that a token needs for it; empty for what is open to everybody."""
        return "" if self.is_public else scope_of(self.tag, acts=self.body is not None)

    @property
    def rule(self) -> str:
        """The address as Flask writes it."""
        return self.path.replace("{", "<").replace("}", ">")


@dataclass(frozen=True, slots=True)
class Group:
    """Operations of one tag, below one beginning of their addresses, for the same offices."""

    tag: str
    base: str = ""
    readers: tuple[Role, ...] = ()
    actors: tuple[Role, ...] = ()

    def read(
        self,
        view: View,
        path: str,
        answers: type[Schema] | None,
        query: type[Schema] = Nothing,
        *,
        is_content: bool = False,
    ) -> Operation:
        """A reading."""
        return Operation(
            view=view,
            path=f"{self.base}{path}",
            tag=self.tag,
            query=query,
            answers=answers,
            is_content=is_content,
            offices=self.readers,
        )

    def public(
        self,
        view: View,
        path: str,
        answers: type[Schema] | None,
        query: type[Schema] = Nothing,
        *,
        is_content: bool = False,
    ) -> Operation:
        """A reading that is open to everybody."""
        read = self.read(view, path, answers, query, is_content=is_content)
        return replace(read, is_public=True)

    def act(
        self,
        view: View,
        path: str,
        body: type[Schema],
        answers: type[Schema],
        offices: tuple[Role, ...] = (),
        *,
        method: str = "POST",
        status: int = 201,
        once: str = "",
    ) -> Operation:
        """An act; `status` 200: nothing is made. `offices`: for these, not those of the group."""
        return Operation(
            view=view,
            path=f"{self.base}{path}",
            tag=self.tag,
            method=method,
            body=body,
            answers=answers,
            status=status,
            offices=offices or self.actors,
            once=once,
        )


def endpoint(operation: Operation) -> Callable[..., Response]:
    """The Flask view of `operation`."""

    def answer(**path: str) -> Response:
        services = composed()
        actor = public() if operation.is_public else bearer(services, operation.scope)
        if operation.offices and not actor.has(*operation.offices):
            raise Forbidden(operation.name)  # also of what was answered before
        read_path(path)
        query = read_query(request, operation.query)
        if operation.body is None:
            return _read(operation, services, actor, query, path)
        return _act(operation, services, actor, read_body(request, operation.body), path)

    return for_everybody(answer) if operation.is_public else for_programs(answer)


def _read(
    operation: Operation, services: Services, actor: Actor, query: Given, path: dict[str, str]
) -> Response:
    with services.uow.look(actor) as tx:
        made = operation.view(Call(tx, services, query, {}, language()), **path)
        if isinstance(made, Response):
            return made
        answer = _response(operation.status, _text(operation, made))
    if operation.is_public:
        answer.headers["Cache-Control"] = PUBLIC_CACHE
        answer.headers["Access-Control-Allow-Origin"] = "*"
        answer.headers["Access-Control-Expose-Headers"] = "ETag"
        answer.add_etag()
        answer.make_conditional(request)
    return answer


def _act(
    operation: Operation, services: Services, actor: Actor, body: Given, path: dict[str, str]
) -> Response:
    key = request.headers.get(KEY_HEADER)
    same = request_digest(actor, request.method, request.full_path, request.get_data())
    with services.uow.begin(actor) as tx:
        known = find_answer(tx, key, same) if key is not None else None
        if known:
            _require_rights(tx, services, path)
            return _response(known.status, known.body, replayed=known.lang)
        made = operation.view(Call(tx, services, {}, body, language()), **path)
        text = _text(operation, made)
        if key is not None:
            kept = _text(operation, _without(operation.once, made))
            store_answer(tx, key, same, Answer(operation.status, kept, language()))
    return _response(operation.status, text)


def _require_rights(tx: Tx, services: Services, path: dict[str, str]) -> None:
    """Tell again only what the caller may still read: a right may have ended since.

    Raises `NotFound`, and `Refused` for a stand-in whose certificate is over.
    """
    if "ref" in path:
        lock(tx, services, path["ref"])


def _without(once: str, made: object) -> object:
    """What is kept of an answer: all but a secret, which is told once."""
    return {**made, once: None} if once and isinstance(made, Mapping) else made


def _text(operation: Operation, made: object) -> str:
    value: Any = made if operation.answers is None else operation.answers().dump(made)
    return json.dumps(value, ensure_ascii=False)


def _response(status: int, text: str, *, replayed: str = "") -> Response:
    """The answer; `replayed`: in this language it was given before."""
    answer = Response(text, status, content_type=MEDIA_TYPE)
    answer.headers["Content-Language"] = replayed or language()
    answer.vary.update(("Accept-Language", "Authorization"))
    if replayed:
        answer.headers[REPLAYED_HEADER] = "true"
    return answer
