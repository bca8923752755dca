"""Reading certificates of delegation: what there ever was, and who stands in for whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, cast

from sqlalchemy import exists, func, or_, select

from ricomi_workflow.db.driver import Driver, read
from ricomi_workflow.identity.delegated_authority import IN_FORCE, delegated_grant, texts_of
from ricomi_workflow.identity.models import (
    delegation,
    delegation_event,
    delegation_office,
    role_grant,
    user,
)
from ricomi_workflow.identity.queries import Holder, valid_on
from ricomi_workflow.kernel.actors import NETWORK, Delegation, Grant

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Row

PAGE = 50
_STAND_INS = """SELECT d.giver_id, d.kinds, d.cases, o.role, o.seat,
u.id, u.email, u.name, u.lang {0} AND d.giver_id IN ({1}) ORDER BY u.id"""
_STAND_IN_COLUMNS = (
    delegation.c.giver_id,
    delegation.c.kinds,
    delegation.c.cases,
    delegation_office.c.role,
    delegation_office.c.seat,
    user.c.id,
    user.c.email,
    user.c.name,
    user.c.lang,
)


class Status(StrEnum):
    """How a certificate stands on a day."""

    OFFERED = "offered"
    DECLINED = "declined"
    REVOKED = "revoked"
    COMING = "coming"
    IN_FORCE = "in_force"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class CertificateEvent:
    """What happened to a certificate."""

    event: str
    at: datetime
    by: int | None


@dataclass(frozen=True, slots=True)
class Certificate:
    """A delegation as it was made, with what happened to it."""

    id: int
    giver_id: int
    giver: str
    delegate_id: int
    delegate: str
    ballots: bool
    kinds: tuple[str, ...]
    cases: tuple[str, ...]
    valid_from: date
    valid_to: date
    note: str
    made_by: int | None
    made_at: datetime
    offices: tuple[Grant, ...]
    history: tuple[CertificateEvent, ...]

    def happened(self, event: str) -> CertificateEvent | None:
        """When `event` happened, None when it has not."""
        return next((each for each in self.history if each.event == event), None)

    def status(self, day: date) -> Status:
        """How it stands on `day`."""
        for event, status in (("revoked", Status.REVOKED), ("declined", Status.DECLINED)):
            if self.happened(event):
                return status
        if day > self.valid_to:
            return Status.ENDED
        if not self.happened("accepted"):
            return Status.OFFERED
        return Status.COMING if day < self.valid_from else Status.IN_FORCE


def list_delegates(
    source: Connection | Driver, day: date, absent: Sequence[Holder], kind: str, ref: str
) -> list[Holder]:
    """Who stands in on `day` for the people told of a case, in the office for which they are."""
    told_already = {holder.user_id for holder in absent}
    by_key = {holder.user_id: holder for holder in absent if holder.delegates}
    if not by_key:
        return []
    statement = _STAND_INS.format(
        IN_FORCE.replace(
            "FROM delegation d",
            'FROM delegation d JOIN "user" u ON u.id = d.delegate_id AND u.active',
        ),
        ", ".join(["%s"] * len(by_key)),
    )
    rows = read(source, statement, [*[day.isoformat()] * 4, *by_key], _STAND_IN_COLUMNS)
    found: dict[int, Holder] = {}
    for giver_id, kinds, cases, role, seat, *person in rows:
        told = by_key[cast("int", giver_id)]
        grant = delegated_grant(role, seat)
        wide = Delegation(0, 0, "", frozenset(), False, texts_of(kinds), texts_of(cases))
        if grant == Grant(told.role, told.country) and wide.covers(kind, ref):
            key, email, name, lang = person
            found.setdefault(
                cast("int", key),
                Holder(
                    cast("int", key), str(email), str(name), str(lang), grant.role, grant.country
                ),
            )
    return [holder for key, holder in found.items() if key not in told_already]


def get_certificate(connection: Connection, key: int) -> Certificate | None:
    """The certificate with this key; None when there is none."""
    return next(iter(_certificates(connection, delegation.c.id == key)), None)


def list_certificates_of(connection: Connection, user_id: int) -> list[Certificate]:
    """What a person gave or was given, newest first."""
    mine = or_(delegation.c.giver_id == user_id, delegation.c.delegate_id == user_id)
    return _certificates(connection, mine)


def list_certificates(
    connection: Connection, *, after: int | None = None, limit: int | None = PAGE
) -> list[Certificate]:
    """Every certificate, newest first, from before the key `after`."""
    where = [] if after is None else [delegation.c.id < after]
    return _certificates(connection, *where, limit=limit)


def _certificates(
    connection: Connection, *where: ColumnElement[bool], limit: int | None = None
) -> list[Certificate]:
    giver, delegate = user.alias(), user.alias()
    rows = connection.execute(
        select(delegation, giver.c.name.label("giver"), delegate.c.name.label("delegate"))
        .join(giver, giver.c.id == delegation.c.giver_id)
        .join(delegate, delegate.c.id == delegation.c.delegate_id)
        .where(*where)
        .order_by(delegation.c.id.desc())
        .limit(limit)
    ).all()
    offices, history = (
        _offices(connection, [row.id for row in rows]),
        _history(connection, [row.id for row in rows]),
    )
    return [
        Certificate(
            id=row.id,
            giver_id=row.giver_id,
            giver=row.giver,
            delegate_id=row.delegate_id,
            delegate=row.delegate,
            ballots=row.ballots,
            kinds=tuple(row.kinds),
            cases=tuple(row.cases),
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            note=row.note,
            made_by=row.made_by,
            made_at=row.made_at,
            offices=tuple(offices[row.id]),
            history=tuple(history[row.id]),
        )
        for row in rows
    ]


def _offices(connection: Connection, keys: Iterable[int]) -> dict[int, list[Grant]]:
    found: dict[int, list[Grant]] = defaultdict(list)
    rows = connection.execute(
        select(delegation_office)
        .where(delegation_office.c.delegation_id.in_(list(keys)))
        .order_by(delegation_office.c.role, delegation_office.c.seat)
    )
    for row in rows:
        found[row.delegation_id].append(delegated_grant(row.role, row.seat))
    return found


def _history(connection: Connection, keys: Iterable[int]) -> dict[int, list[CertificateEvent]]:
    found: dict[int, list[CertificateEvent]] = defaultdict(list)
    rows = connection.execute(
        select(delegation_event)
        .where(delegation_event.c.delegation_id.in_(list(keys)))
        .order_by(delegation_event.c.at, delegation_event.c.event)
    )
    for row in rows:
        found[row.delegation_id].append(CertificateEvent(row.event, row.at, row.by))
    return found


def list_possible_delegates(
    connection: Connection, seats: Collection[str], day: date, *, but: int, limit: int = 300
) -> list[Row[int, str, str]]:
    """Who may stand in: the other active people with an office of one of `seats`, by name."""
    seat = func.coalesce(role_grant.c.country, NETWORK)
    holding = exists().where(
        role_grant.c.user_id == user.c.id, seat.in_(sorted(seats)), valid_on(day)
    )
    rows = connection.execute(
        select(user.c.id, user.c.name, user.c.email)
        .where(user.c.active, user.c.id != but, holding)
        .order_by(user.c.name, user.c.id)
        .limit(limit)
    )
    return list(rows)
