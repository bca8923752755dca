"""Reading saved searches: one's own, and the one that a link in a mail is for."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Row, select

from ricomi_workflow.cases.act import Services
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.saved_searches.models import saved_search
from ricomi_workflow.saved_searches.rules import SavedQuery, make_token, parse_token

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """One saved search."""

    id: int
    user_id: int | None
    address_id: int | None
    question: SavedQuery
    pace: str
    lang: str
    nonce: str
    asked_at: datetime
    confirmed_at: datetime | None
    looked_at: datetime | None
    next_at: datetime | None


_COLUMNS = [saved_search.c[name] for name in SavedSearch.__dataclass_fields__]


def list_own_searches(connection: Connection, user_id: int | None) -> list[SavedSearch]:
    """What somebody with an account has saved, newest first."""
    mine = saved_search.c.user_id == user_id
    rows = connection.execute(select(*_COLUMNS).where(mine).order_by(saved_search.c.id.desc()))
    return [as_saved(row) for row in rows]


def find_by_token(
    connection: Connection, services: Services, token: str, purpose: str
) -> SavedSearch:
    """The search that a link is for. Raises `NotFound` for a link that does not work."""
    key = parse_token(token)
    row = connection.execute(select(*_COLUMNS).where(saved_search.c.id == key)).first()
    if row is None:
        raise NotFound("saved_search")
    found = as_saved(row)
    made = make_token(services.secret_key, found.id, purpose, found.nonce)
    if not hmac.compare_digest(made.encode(), token.encode()):
        raise NotFound("saved_search")
    return found


def select_saved() -> list[object]:
    """The columns of which `as_saved` makes a value."""
    return list(_COLUMNS)


def as_saved(row: Row[tuple[object, ...]]) -> SavedSearch:
    """A row of these columns as a value."""
    kept: Mapping[str, Json] = row.question
    chosen = kept["chosen"]
    question = SavedQuery(str(kept["words"]), dict(chosen) if isinstance(chosen, Mapping) else {})  # type: ignore[arg-type]  # codes by facet
    return SavedSearch(**{**row._mapping, "question": question})  # noqa: SLF001 - public, see SQLAlchemy
