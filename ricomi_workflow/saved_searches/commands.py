"""Save a search, ask for one, confirm it, end it, erase an address."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, exists, func, select, update

from ricomi_workflow.cases.act import Services
from ricomi_workflow.db.uow import Tx, acquire_locks
from ricomi_workflow.identity.commands import is_email
from ricomi_workflow.kernel.errors import (
    FieldError,
    Forbidden,
    Invalid,
    NotFound,
    Refusal,
    Refused,
)
from ricomi_workflow.kernel.refs import new_id
from ricomi_workflow.saved_searches.models import (
    saved_search,
    saved_search_address,
    saved_search_attempt,
    saved_search_mail,
)
from ricomi_workflow.saved_searches.queries import find_by_token
from ricomi_workflow.saved_searches.rules import (
    ASKED_A_DAY,
    ASKED_AN_HOUR,
    CONFIRM,
    CONFIRM_WITHIN,
    END,
    MOST_SAVED,
    PACES,
    SavedQuery,
)

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What a visitor asks for: to be told at `email`, in `lang`; `origin`: from where."""

    email: str
    question: SavedQuery
    pace: str
    lang: str
    origin: str


def save_search(tx: Tx, question: SavedQuery, pace: str, lang: str) -> None:
    """Save a question for the actor; of the same question, the new pace holds.

    Raises `Forbidden` without an account, `Invalid`, `Refused` (`saved_searches_many`).
    """
    if tx.actor.user_id is None:
        raise Forbidden("saved_searches")
    _require_pace(pace)
    mine = saved_search.c.user_id == tx.actor.user_id
    if _again(tx, mine, question, pace):
        return
    _require_few(tx, mine)
    row = _row(tx, question, pace, lang)
    tx.insert(saved_search, {**row, "user_id": tx.actor.user_id, **_begun(tx, pace)})


def request_search(tx: Tx, asked: SearchRequest) -> None:
    """Let a visitor ask to be told; a mail asks whether the address is theirs.

    Nothing tells whether an address is known here: whoever asks too often for one, or again for
    what it has, changes nothing. Raises `Invalid`, and `Refused` (`saved_searches_often`) for a
    place from which too many ask.
    """
    email = asked.email.strip().lower()
    if not is_email(email):
        raise Invalid([FieldError("email", "email")])
    _require_pace(asked.pace)
    acquire_locks(
        tx.connection, f"saved searches from {asked.origin}", f"saved searches to {email}"
    )
    _require_room(tx, asked.origin)
    key = _address(tx, email)
    its = saved_search.c.address_id == key
    waiting = its & saved_search.c.confirmed_at.is_(None)
    known = _count(tx, its & (saved_search.c.digest == asked.question.digest))
    if known or _count(tx, waiting) >= ASKED_A_DAY or _count(tx, its) >= MOST_SAVED:
        return
    row = _row(tx, asked.question, asked.pace, asked.lang)
    tx.insert(saved_search, {**row, "address_id": key})
    queue_mail(tx, int(str(row["id"])), "saved_search_confirm", {})


def confirm_search(tx: Tx, services: Services, token: str) -> None:
    """Begin to tell: the address is theirs who asked. To repeat it changes nothing.

    Raises `NotFound` for a link that does not work (any more).
    """
    found = find_by_token(tx.connection, services, token, CONFIRM)
    if found.confirmed_at is None and found.asked_at < tx.now - CONFIRM_WITHIN:
        raise NotFound("saved_search")
    tx.execute(
        update(saved_search)
        .where(saved_search.c.id == found.id, saved_search.c.confirmed_at.is_(None))
        .values(**_begun(tx, found.pace))
    )


def end_search(tx: Tx, services: Services, token: str, *, every: bool = False) -> None:
    """End the search of a link, or every one of its address. Raises `NotFound`."""
    found = find_by_token(tx.connection, services, token, END)
    own = saved_search.c.address_id == found.address_id
    _remove(tx, own if every and found.address_id else saved_search.c.id == found.id)


def end_own_search(tx: Tx, key: int) -> None:
    """End a search of the actor's. Raises `NotFound`."""
    own = (saved_search.c.user_id == tx.actor.user_id) & (saved_search.c.id == key)
    if tx.actor.user_id is None or not _remove(tx, own):
        raise NotFound("saved_search", str(key))


def erase_address(tx: Tx, email: str) -> int:
    """Erase a visitor's address with everything that was saved for it; answer how many searches."""
    its = select(saved_search_address.c.id).where(
        saved_search_address.c.email == email.strip().lower()
    )
    return _remove(tx, saved_search.c.address_id.in_(its))


def delete_unconfirmed(tx: Tx) -> int:
    """Forget what nobody confirmed in time, with its address; answer how many searches."""
    tx.execute(delete(saved_search_attempt).where(saved_search_attempt.c.at < tx.now - _HOUR))
    late = saved_search.c.asked_at < tx.now - CONFIRM_WITHIN
    return _remove(tx, saved_search.c.confirmed_at.is_(None) & late)


def queue_mail(tx: Tx, search_id: int, name: str, params: dict[str, object]) -> None:
    """Write a mail to the address of a search, to be delivered after commit."""
    row = {"id": new_id(), "search_id": search_id, "name": name, "params": params}
    tx.insert(saved_search_mail, {**row, "written_at": tx.now, "attempts": 0, "next_at": tx.now})


def _row(tx: Tx, question: SavedQuery, pace: str, lang: str) -> dict[str, object]:
    asked = {"question": question.as_json(), "digest": question.digest, "pace": pace, "lang": lang}
    return {"id": new_id(), **asked, "nonce": secrets.token_urlsafe(24), "asked_at": tx.now}


def _again(tx: Tx, owner: ColumnElement[bool], question: SavedQuery, pace: str) -> bool:
    same = owner & (saved_search.c.digest == question.digest)
    found = tx.connection.execute(
        select(saved_search.c.id, saved_search.c.looked_at).where(same)
    ).first()
    if found is None:
        return False
    tx.change(saved_search, {"id": found.id}, pace=pace, next_at=found.looked_at + PACES[pace])
    return True


def _begun(tx: Tx, pace: str) -> dict[str, object]:
    return {"confirmed_at": tx.now, "looked_at": tx.now, "next_at": tx.now + PACES[pace]}


def _address(tx: Tx, email: str) -> int:
    known = select(saved_search_address.c.id).where(saved_search_address.c.email == email)
    found = tx.connection.execute(known).scalar()
    if found is None:
        found = new_id()
        tx.insert(saved_search_address, {"id": found, "email": email})
        tx.flush()
    return int(found)


def _remove(tx: Tx, which: ColumnElement[bool]) -> int:
    gone = tx.execute(delete(saved_search).where(which)).rowcount
    used = exists().where(saved_search.c.address_id == saved_search_address.c.id)
    tx.execute(delete(saved_search_address).where(~used))
    return int(gone)


def _count(tx: Tx, which: ColumnElement[bool]) -> int:
    found = select(func.count()).select_from(saved_search).where(which)
    return int(tx.connection.execute(found).scalar_one())


def _require_room(tx: Tx, origin: str) -> None:
    """Count a question from a place, whatever becomes of it; refuse one too many."""
    lately = (saved_search_attempt.c.origin == origin) & (
        saved_search_attempt.c.at > tx.now - _HOUR
    )
    if tx.connection.execute(select(func.count()).where(lately)).scalar_one() >= ASKED_AN_HOUR:
        raise Refused([Refusal("saved_searches_often")])
    tx.insert(saved_search_attempt, {"id": new_id(), "origin": origin, "at": tx.now})


def _require_few(tx: Tx, owner: ColumnElement[bool]) -> None:
    if _count(tx, owner) >= MOST_SAVED:
        raise Refused([Refusal("saved_searches_many", {"limit": MOST_SAVED})])


def _require_pace(pace: str) -> None:
    if pace not in PACES:
        raise Invalid([FieldError("pace", "not_an_option", {"value": pace})])
