"""Write verbs of calls: open a request in a call, ask, answer, and let time pass."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import func, or_, select

from ricomi_workflow.audit.commands import record
from ricomi_workflow.calls.hooks import call_params
from ricomi_workflow.calls.models import call, call_answer, call_link, call_question
from ricomi_workflow.calls.queries import Call, find_call, list_applicants
from ricomi_workflow.calls.rules import Phase
from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.commands import act_on, advance, lock, open_case
from ricomi_workflow.cases.hooks import message_params
from ricomi_workflow.cases.locked_case import (
    Case,
    capacity_with_role,
    delegation_facts,
    office_of,
    roles_on,
)
from ricomi_workflow.cases.models import case as case_table
from ricomi_workflow.cases.rows import lock_case
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.identity.delegations import current_rights
from ricomi_workflow.identity.queries import list_holders
from ricomi_workflow.kernel.actors import SYSTEM, Actor, Role
from ricomi_workflow.kernel.canonical import Json, digest
from ricomi_workflow.kernel.clock import iso
from ricomi_workflow.kernel.errors import (
    FieldError,
    Forbidden,
    Invalid,
    NotFound,
    Refusal,
    Refused,
)
from ricomi_workflow.kernel.refs import new_id
from ricomi_workflow.kernel.text import LANGUAGES
from ricomi_workflow.messaging.commands import enqueue

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST = 2_000
ASKING = (Role.FOCAL_POINT, Role.INSTITUTION_USER)
_log = structlog.get_logger(__name__)


def open_in_call(
    tx: Tx,
    services: Services,
    kind: str,
    country: str,
    ref: str,
    *,
    illustrative: bool = False,
    exercise: bool = False,
) -> Case:
    """Open a case of `kind` for `country` in the call `ref`; the link never changes.

    In a call that is an exercise the case is one too, asked for or not; a real call takes none.
    Raises `NotFound` for an unknown call, `Refused` when it is not open now (it may already be
    prepared for an announced one), and what `open_case` raises.
    """
    found = find_call(tx.connection, services, ref)
    if found is None or (exercise and not found.exercise):
        raise NotFound("call", ref)
    if found.phase(tx.now) is not Phase.ANNOUNCED:
        _require_open(found, tx)
    made = open_case(
        tx, services, kind, country, illustrative=illustrative, exercise=found.exercise
    )
    record(
        tx,
        made,
        "call.joined",
        office=office_of(tx.actor, made, roles_on(tx.actor, made)),
        actor_id=tx.actor.user_id,
        detail={"call": ref, "number": found.terms.number, "closes_at": iso(found.terms.closes_at)},
    )
    tx.insert(call_link, {"case_id": made.id, "call_id": found.id, "seq": made.version})
    return made


def ask_question(tx: Tx, services: Services, ref: str, text: str, lang: str) -> int:
    """Ask something about a call; answer the number of the question.

    What is asked becomes public, who asked does not: the trail keeps a digest that covers it.
    Raises `NotFound`, `Forbidden`, `Invalid`, `Refused` when the window for questions is over.
    """
    found, case = _locked(tx, services, ref)
    actor = capacity_with_role(tx.actor, case, *ASKING)
    if actor is None or actor.user_id is None:
        raise Forbidden("question")
    states = sorted(actor.countries(*ASKING))
    _require_questions(found, tx)
    words = _words(text, lang)
    counted = select(func.count()).where(call_question.c.case_id == case.id)
    number = tx.connection.execute(counted).scalar_one() + 1
    row = {
        "case_id": case.id,
        "number": number,
        **words,
        "country": states[0],
        "by": tx.actor.user_id,
        "at": tx.now,
        "seq": case.version + 1,
    }
    row["digest"] = question_digest(row)
    tx.insert(call_question, row)
    asked_by = next(role for role in ASKING if actor.has(role))
    detail: dict[str, Json] = {"number": number, "question": str(row["digest"])}
    record(tx, case, "call.question_asked", office=str(asked_by), detail=detail)
    _notify(tx, services, (found, case), "call_question_asked", [(Role.SECRETARIAT, None)])
    return number


def answer_question(
    tx: Tx, services: Services, ref: str, number: int, *, text: str, lang: str
) -> None:
    """Answer a question for everybody to read; a later answer takes the place of an earlier one.

    Raises `NotFound`, `Forbidden`, `Invalid`, `Refused` once the call is closed.
    """
    found, case = _locked(tx, services, ref)
    actor = capacity_with_role(tx.actor, case, Role.SECRETARIAT)
    if actor is None or actor.user_id is None:
        raise Forbidden("answer")
    if found.phase(tx.now) not in {Phase.ANNOUNCED, Phase.OPEN}:
        _require_open(found, tx)
    asked = tx.connection.execute(
        select(call_question.c.country).where(
            call_question.c.case_id == case.id, call_question.c.number == number
        )
    ).scalar()
    if asked is None:
        raise NotFound("question", str(number))
    row = {
        "id": new_id(),
        "case_id": case.id,
        "question": number,
        **_words(text, lang),
        "by": tx.actor.user_id,
        "at": tx.now,
        "seq": case.version + 1,
    }
    row["digest"] = question_digest(row)
    tx.insert(call_answer, row)
    record(
        tx,
        case,
        "call.question_answered",
        office=str(Role.SECRETARIAT),
        actor_id=tx.actor.user_id,
        detail={"number": number, "answer": str(row["digest"]), **delegation_facts(actor)},
    )
    countries = sorted({asked, *list_applicants(tx.connection, case.id)})
    wanted = [(role, country) for country in countries for role in ASKING]
    _notify(tx, services, (found, case), "call_question_answered", wanted)


def question_digest(row: Mapping[str, object]) -> str:
    """The digest of a question or an answer, who wrote it included."""
    kept = ("case_id", "number", "question", "lang", "text", "country", "by", "seq")
    return digest({name: _plain(row[name]) for name in kept if name in row})


def open_and_close_due_calls(services: Services) -> Mapping[str, int]:
    """Open and close the calls whose hour has come; answer how many of each.

    Nobody waits for it: what may be submitted is decided by the instants themselves.
    Transaction: one act a call; what fails in one is logged and left for the next time.
    """
    done: Counter[str] = Counter()
    for ref, trigger in _due(services):
        try:
            with services.uow.begin(SYSTEM) as tx:
                advance(tx, services, lock(tx, services, ref), trigger)
            done[trigger] += 1
        except Exception:  # noqa: BLE001 - what breaks in one call must not keep others waiting
            _log.exception("call.failed", case=ref)
    return done


def _due(services: Services) -> list[tuple[str, str]]:
    now = services.uow.clock.now()
    with services.uow.read() as connection:
        rows = connection.execute(
            select(case_table.c.ref, case_table.c.state, call.c.closes_at)
            .join(call, call.c.case_id == case_table.c.id)
            .where(
                or_(
                    (case_table.c.state == "announced") & (call.c.opens_at <= now),
                    (case_table.c.state == "open") & (call.c.closes_at <= now),
                )
            )
            .order_by(case_table.c.id)
        ).all()
    found = []
    for row in rows:
        if row.state == "announced":
            found.append((row.ref, "open_call"))
        if row.closes_at <= now:
            found.append((row.ref, "close_call"))
    return found


def _locked(tx: Tx, services: Services, ref: str) -> tuple[Call, Case]:
    """An announced call under lock: its page is public, so nobody's rights on the case count."""
    case = lock_case(tx.driver, ref)
    tx.actor = current_rights(tx)
    found = find_call(tx.connection, services, ref)
    if case is None or found is None:
        raise NotFound("call", ref)
    return found, case


def _require_open(found: Call, tx: Tx) -> None:
    against = found.not_open(tx.now)
    if against:
        raise Refused([against])


def _require_questions(found: Call, tx: Tx) -> None:
    terms = found.terms
    if found.phase(tx.now) is Phase.CANCELLED:
        raise Refused([Refusal("call_cancelled", {"number": terms.number})])
    if tx.now >= terms.questions_at:
        facts = {"number": terms.number, "ended_at": iso(terms.questions_at)}
        raise Refused([Refusal("call_questions_over", facts)])


def _words(text: str, lang: str) -> dict[str, str]:
    words = text.strip()
    if not words:
        raise Invalid([FieldError("text", "required")])
    if len(words) > LONGEST:
        facts = {"limit": LONGEST, "found": len(words)}
        raise Invalid([FieldError("text", "too_long", facts)])
    if lang not in LANGUAGES:
        raise Invalid([FieldError("lang", "required")])
    return {"lang": lang, "text": words}


def _notify(
    tx: Tx,
    services: Services,
    locked: tuple[Call, Case],
    message: str,
    wanted: Sequence[tuple[Role, str | None]],
) -> int:
    found, case = locked
    today = services.calendar.local_day(tx.now)
    told = [
        h for h in list_holders(tx.driver, today, list(wanted)) if h.user_id != tx.actor.user_id
    ]
    act = act_on(tx, services, case, Actor(None, "public"))
    params = {**message_params(act), **call_params(found.ref, found.terms), "actor_office": ""}
    return enqueue(tx, message, told, params=params, case_id=case.id)


def _plain(value: object) -> str | int:
    return value if isinstance(value, int) else str(value)
