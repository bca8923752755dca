"""The pages of calls put together: the list, one call with its questions and answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from flask import url_for

from ricomi_workflow.calls.commands import ASKING
from ricomi_workflow.calls.queries import (
    Call,
    CallChange,
    Question,
    count_requests,
    get_call,
    list_call_changes,
    list_questions,
)
from ricomi_workflow.calls.rules import Phase
from ricomi_workflow.cases.rows import find_latest_submission
from ricomi_workflow.kernel.actors import Actor, Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.kernel.text import LANGUAGE_NAMES, Shown
from ricomi_workflow.localization import formats
from ricomi_workflow.reviews.ranking_documents import find_adopted_ranking
from ricomi_workflow.reviews.rules import Position
from ricomi_workflow.web.components import Facts
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.i18n import language, money, t
from ricomi_workflow.web.messages import case_title

if TYPE_CHECKING:
    from sqlalchemy import Connection

FORM = "call/v1"
CALL = FORM.partition("/")[0]
CHECKS_LIMITS = (
    "check_call_limits"  # the effect by which a kind of case shows that it may belong to a call
)
OPEN_PHASES = (Phase.OPEN, Phase.ANNOUNCED)


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One request in the results of a call."""

    ref: str
    title: Shown
    country: str
    asked: Money
    words: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class CallPage:
    """Everything that the template of a call draws."""

    call: Call
    phase: Phase
    texts: Mapping[str, str]
    facts: Facts
    limits: Facts
    rules: tuple[str, ...]
    zone: str
    changes: tuple[CallChange, ...]
    questions: tuple[Question, ...]
    may_ask: bool
    may_answer: bool
    may_apply: bool
    may_see_case: bool
    requests: str
    selected: tuple[ResultRow, ...] | None  # None until the results are public
    not_selected: int
    own: tuple[ResultRow, ...]


def call_page(connection: Connection, ref: str, reader: Actor) -> CallPage:
    """The page of the call `ref` for `reader`; seven statements at most. Raises: NotFound."""
    found = get_call(connection, services(), ref)
    if found.exercise and reader.user_id is None:
        raise NotFound("call", ref)
    terms, now = found.terms, services().uow.clock.now()
    phase = found.phase(now)
    every = reader.capacities(CALL, ref)  # a stand-in has the offices of whom they stand in for
    staff = any(each.has(Role.SECRETARIAT) for each in every)
    asks = any(each.has(*ASKING) for each in every)
    order = find_adopted_ranking(connection, found.id) if phase is Phase.PUBLISHED else None
    lines = order.lines() if order else []
    above = [line for line in lines if line["standing"] == Position.ABOVE]
    own = {country for each in every for country in each.countries(*ASKING)}
    return CallPage(
        call=found,
        phase=phase,
        texts=_summary(connection, found),
        facts=_dates(found),
        limits=_limits(found),
        rules=_rules(found),
        zone=formats.city(terms.zone, language()),
        changes=tuple(list_call_changes(connection, found.id)),
        questions=tuple(list_questions(connection, found.id)),
        may_ask=asks and phase in OPEN_PHASES and now < terms.questions_at,
        may_answer=staff and phase in OPEN_PHASES,
        may_apply=phase in OPEN_PHASES and asks,
        may_see_case=any(each.has(*_FILE_READERS) for each in every),
        requests=_requests(connection, found) if staff else "",
        selected=tuple(_result(line) for line in above) if order else None,
        not_selected=len(lines) - len(above),
        own=tuple(_own_result(line, len(lines)) for line in lines if line["country"] in own),
    )


def _requests(connection: Connection, found: Call) -> str:
    opened, submitted = count_requests(connection, found.id)
    return t("calls.requests", n=submitted, opened=opened)


_FILE_READERS = (
    Role.SECRETARIAT,
    Role.CHAIR,
    Role.VICE_CHAIR,
    Role.CEAM_DELEGATE,
    Role.CEAM_ALTERNATE,
    Role.FUND_ADMINISTRATOR,
    Role.AUDITOR,
    Role.ADMINISTRATOR,
)


def criterion_label(name: str) -> str:
    """A criterion as the terms of a call name it."""
    return _options().get(name, name)


def kinds_with_calls() -> frozenset[str]:
    """The kinds of which a case may belong to a call."""
    library = services().library
    kinds = {workflow.kind for workflow in library.workflows.values()}
    return frozenset(
        kind
        for kind in kinds
        if any(CHECKS_LIMITS in taken.effects for taken in library.latest(kind).transitions)
    )


def _options() -> dict[str, str]:
    form = services().library.forms[FORM]
    column = next(c for c in form.field("criteria").columns if c.name == "criterion")
    return {option.value: option.label[language()] for option in column.options}


def _summary(connection: Connection, found: Call) -> Mapping[str, str]:
    given = find_latest_submission(connection, found.id, FORM.partition("/")[0])
    value = given.values.get("summary") if given else None
    if not isinstance(value, Mapping):
        return {}
    return {str(lang): str(text) for lang, text in value.items() if text}


def _dates(found: Call) -> Facts:
    terms = found.terms
    return (
        (t("calls.opens"), formats.day(terms.opens_on, language())),
        (t("calls.questions_until"), _instant(terms.questions_at)),
        (t("calls.closes"), _instant(terms.closes_at)),
        (t("calls.results"), formats.day(terms.results_on, language())),
    )


def _instant(at: datetime) -> str:
    return formats.instant_at(at, language(), services().calendar.zone)


def _limits(found: Call) -> Facts:
    terms = found.terms
    topics = {term.value: term.label[language()] for term in services().reference.topics}
    limit = terms.per_institution
    return (
        (t("calls.envelope"), money(terms.envelope, language())),
        (t("calls.ceiling"), money(terms.ceiling, language())),
        (t("calls.per_institution"), str(limit) if limit else t("calls.no_limit")),
        (
            t("calls.languages"),
            formats.list_text([LANGUAGE_NAMES[lang] for lang in terms.languages], language()),
        ),
        (
            t("calls.themes"),
            formats.list_text([topics.get(name, name) for name in terms.themes], language()),
        ),
    )


def _rules(found: Call) -> tuple[str, ...]:
    terms = found.terms
    tie = (
        t("calls.tie_broken", criterion=criterion_label(terms.tie_break))
        if terms.tie_break
        else t("calls.tie_kept")
    )
    balance = t("calls.balance", n=terms.balance) if terms.balance else t("calls.no_balance")
    return (t("calls.reviewers", n=terms.reviewers), tie, balance, t("calls.line"))


def _result(line: Mapping[str, Json]) -> ResultRow:
    title = line["title"]
    return ResultRow(
        ref=str(line["ref"]),
        title=case_title(
            {str(k): str(v) for k, v in title.items()} if isinstance(title, Mapping) else None
        ),
        country=formats.country(str(line["country"]), language()),
        asked=Money.parse(str(line["asked"])),
    )


def _own_result(line: Mapping[str, Json], among: int) -> ResultRow:
    """A request of the reader's state: its place, score and standing, and the way to it."""
    words = t(
        "reviews.your_line",
        place=str(line["place"] or "—"),
        of=among,
        score=formats.decimal(str(line["score"]), language()) if line["score"] else "—",
        standing=t(f"reviews.standing_{line['standing']}"),
    )
    href = url_for("cases.case_page", ref=str(line["ref"]))
    return replace(_result(line), words=words, href=href)
