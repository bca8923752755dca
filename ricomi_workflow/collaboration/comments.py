"""Comments on a case: written for an audience, read by it alone, withdrawn with a reason."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, cast

from sqlalchemy import select

from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.commands import require_readable
from ricomi_workflow.cases.locked_case import Case, capacity_on, office_of, roles_on
from ricomi_workflow.collaboration.models import comment, comment_mention, comment_withdrawal
from ricomi_workflow.collaboration.rules import (
    FIRST,
    READERS,
    Audience,
    audiences_of,
    chained_digest,
)
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.identity.models import user
from ricomi_workflow.identity.queries import Holder, list_holders
from ricomi_workflow.kernel.actors import Actor, Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.clock import iso
from ricomi_workflow.kernel.errors import FieldError, Forbidden, Invalid, NotFound
from ricomi_workflow.kernel.refs import new_id
from ricomi_workflow.messaging.commands import enqueue

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

LENGTH = 4000
_APPLICANT = (Role.FOCAL_POINT, Role.INSTITUTION_USER)
_SIGNED = ("audience", "number", "seq", "body", "by_id", "office", "acted_for")


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """That a comment was withdrawn: by whom, when and why."""

    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment as its audience reads it; a withdrawn one keeps its place without its words."""

    audience: Audience
    number: int
    body: str
    by_id: int
    by: str
    office: str
    acted_for: str  # in whose name a stand-in wrote it; empty for everybody else
    at: datetime
    mentioned: tuple[str, ...]
    withdrawn: Withdrawal | None


def list_comments(
    connection: Connection, services: Services, reader: Actor, case: Case
) -> list[Comment]:
    """The comments on a case that belong to the reader's audiences, oldest first.

    This is the only way to comments: pages, programs and papers ask it. Three queries at most.
    Raises `NotFound` when the case is not the reader's to see.
    """
    own = [str(audience) for audience in audiences_of(require_readable(services, reader, case))]
    if not own:
        return []
    rows = connection.execute(
        select(comment, user.c.name)
        .join(user, user.c.id == comment.c.by_id)
        .where(comment.c.case_id == case.id, comment.c.audience.in_(own))
        .order_by(comment.c.at, comment.c.id)
    ).all()
    if not rows:
        return []
    ended = _withdrawals(connection, [row.id for row in rows])
    mentioned = _mentions(connection, [row.id for row in rows])
    return [_value(row, mentioned.get(row.id, ()), ended.get(row.id)) for row in rows]


def list_mentionable(tx: Tx, services: Services, case: Case, audience: Audience) -> list[Holder]:
    """Who may be mentioned to `audience`: everybody in it who may read the case now, by name."""
    readers = READERS[audience] & services.state(case).readers
    wanted = [pair for role in sorted(readers) for pair in _holding(case, role)]
    found = list_holders(tx.driver, services.calendar.local_day(tx.now), wanted)
    return sorted(
        (each for each in found if each.user_id != tx.actor.user_id), key=lambda each: each.name
    )


def write_comment(
    tx: Tx,
    services: Services,
    case: Case,
    audience: Audience,
    body: str,
    *,
    mentions: Collection[int] = (),
    seen: int | None = None,
) -> int:
    """Add a comment for `audience`, tell those mentioned, answer its number.

    `seen` is the number of the last comment that the actor read there: the same words of the same
    person since then are one comment that was sent twice. Raises `Forbidden` for an audience that
    is not the actor's, `Invalid` for no words, too many, or people who may not read it.
    Transaction: the case is locked by the caller.
    """
    _require(tx.actor, case, audience)
    words = _checked(body)
    told = _mentioned(tx, services, case, audience, mentions)
    last = _last(tx, case, audience)
    twice = last and seen is not None and last.number > seen
    if last and twice and (last.by_id, last.body) == (tx.actor.user_id, words):
        return int(last.number)
    writer = capacity_on(tx.actor, case, READERS[audience])
    number, prev = (last.number + 1, last.digest) if last else (1, FIRST)
    row = {
        "audience": str(audience),
        "number": number,
        "seq": case.version,
        "body": words,
        "by_id": tx.actor.user_id,
        "office": office_of(writer, case, roles_on(writer, case) & READERS[audience]),
        "acted_for": writer.under.giver if writer.under else "",
        "at": tx.now,
    }
    key, who = new_id(), [each.user_id for each in told]
    sealed_by = comment_digest(case.ref, prev, row, who)
    tx.insert(comment, {"id": key, "case_id": case.id, **row, "digest": sealed_by})
    for person in who:
        tx.insert(comment_mention, {"comment_id": key, "user_id": person})
    enqueue(tx, "comment_mention", told, params=_facts(tx, case, row), case_id=case.id)
    return number


def withdraw_comment(
    tx: Tx, services: Services, case: Case, audience: Audience, number: int, *, reason: str
) -> None:
    """Withdraw a comment of the actor's own, or any as the Secretariat; why stays readable.

    A comment that is withdrawn already is left as it is. Raises `NotFound`, `Forbidden`, `Invalid`.
    Transaction: the case is locked by the caller.
    """
    if audience not in audiences_of(require_readable(services, tx.actor, case)):
        raise NotFound("comment", str(number))
    row = tx.connection.execute(
        select(comment.c.id, comment.c.by_id, comment.c.digest).where(
            comment.c.case_id == case.id,
            comment.c.audience == str(audience),
            comment.c.number == number,
        )
    ).first()
    if row is None:
        raise NotFound("comment", str(number))
    if not may_withdraw(tx.actor, row.by_id):
        raise Forbidden("withdraw_comment")
    if row.id in _withdrawals(tx.connection, [row.id]):
        return
    why = _checked(reason, "reason")
    ended = {"by_id": tx.actor.user_id, "reason": why, "at": tx.now}
    sealed_by = withdrawal_digest(case.ref, row.digest, ended)
    tx.insert(comment_withdrawal, {"comment_id": row.id, **ended, "digest": sealed_by})


def may_withdraw(actor: Actor, author: int) -> bool:
    """Whether somebody may withdraw a comment of `author`."""
    return actor.user_id == author or actor.has(Role.SECRETARIAT)


def comment_digest(ref: str, prev: str, row: Mapping[str, object], mentions: Sequence[int]) -> str:
    """The digest of a comment: its row, whom it mentions, the one before it."""
    facts = {name: row[name] for name in _SIGNED} | {"mentions": sorted(mentions)}
    return chained_digest(ref, prev, _with_instant(facts, row))


def withdrawal_digest(ref: str, digest: str, row: Mapping[str, object]) -> str:
    """The digest of a withdrawal: its row and the comment it ends."""
    return chained_digest(ref, digest, _with_instant({n: row[n] for n in ("by_id", "reason")}, row))


def _with_instant(facts: dict[str, object], row: Mapping[str, object]) -> Mapping[str, Json]:
    return cast("Mapping[str, Json]", {**facts, "at": iso(cast("datetime", row["at"]))})


def _require(actor: Actor, case: Case, audience: Audience) -> None:
    if audience not in audiences_of(roles_on(actor, case)):
        raise Forbidden("comment")


def _checked(text: str, field: str = "body") -> str:
    words = text.strip().replace("\r\n", "\n")
    if not words:
        raise Invalid([FieldError(field, "required")])
    if len(words) > LENGTH:
        raise Invalid([FieldError(field, "too_long", {"limit": LENGTH, "found": len(words)})])
    return words


def _mentioned(
    tx: Tx, services: Services, case: Case, audience: Audience, wanted: Collection[int]
) -> list[Holder]:
    """Those of `wanted` who may read the comment; all of them, or the act is refused."""
    if not wanted:
        return []
    found = [e for e in list_mentionable(tx, services, case, audience) if e.user_id in wanted]
    if len(found) < len(set(wanted)):
        raise Invalid([FieldError("mentions", "may_not_read")])
    return found


def _holding(case: Case, role: Role) -> list[tuple[Role, str | None]]:
    if role in _APPLICANT:
        return [(role, case.country)]
    if role is Role.PARTNER:
        return [(Role.FOCAL_POINT, country) for country in sorted(case.partner_countries())]
    return [(role, None)]


def _last(tx: Tx, case: Case, audience: Audience) -> Row[int, int, str, str] | None:
    return tx.connection.execute(
        select(comment.c.number, comment.c.by_id, comment.c.body, comment.c.digest)
        .where(comment.c.case_id == case.id, comment.c.audience == str(audience))
        .order_by(comment.c.number.desc())
        .limit(1)
    ).first()


def _facts(tx: Tx, case: Case, row: Mapping[str, object]) -> dict[str, Json]:
    """What the mail says: that something was written and by whom, never what."""
    return {
        "ref": case.ref,
        "title": dict(case.title or {}),
        "country": case.country,
        "from_name": tx.actor.name,
        "from_giver": str(row["acted_for"]),
        "actor_office": str(row["office"]),
    }


def _withdrawals(connection: Connection, keys: Sequence[int]) -> dict[int, Withdrawal]:
    rows = connection.execute(
        select(
            comment_withdrawal.c.comment_id,
            user.c.name,
            comment_withdrawal.c.at,
            comment_withdrawal.c.reason,
        )
        .join(user, user.c.id == comment_withdrawal.c.by_id)
        .where(comment_withdrawal.c.comment_id.in_(keys))
    )
    return {key: Withdrawal(by, at, reason) for key, by, at, reason in rows}


def _mentions(connection: Connection, keys: Sequence[int]) -> dict[int, tuple[str, ...]]:
    rows = connection.execute(
        select(comment_mention.c.comment_id, user.c.name)
        .join(user, user.c.id == comment_mention.c.user_id)
        .where(comment_mention.c.comment_id.in_(keys))
        .order_by(user.c.name)
    )
    found: dict[int, tuple[str, ...]] = {}
    for key, name in rows:
        found[key] = (*found.get(key, ()), name)
    return found


def _value(
    row: Row[*tuple[object, ...]], mentioned: tuple[str, ...], withdrawn: Withdrawal | None
) -> Comment:
    return Comment(
        audience=Audience(row.audience),
        number=row.number,
        body="" if withdrawn else row.body,
        by_id=row.by_id,
        by=row.name,
        office=row.office,
        acted_for=row.acted_for,
        at=row.at,
        mentioned=mentioned,
        withdrawn=withdrawn,
    )
