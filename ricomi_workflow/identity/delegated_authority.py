"""What certificates let somebody do in the names of others.

In force is a certificate that its delegate accepted and nobody revoked, between its first and its
last day, for offices that the giver holds today. The giver's own grants are asked for, never what
others delegated to them: a delegation is not passed on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, cast

from sqlalchemy import Date, bindparam, text

from ricomi_workflow.db.driver import Driver, read
from ricomi_workflow.identity.models import delegation, delegation_office, user
from ricomi_workflow.kernel.actors import NETWORK, Delegation, Grant, Role

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Connection, TextClause

IN_FORCE = f"""FROM delegation d
JOIN delegation_event a ON a.delegation_id = d.id AND a.event = 'accepted'
LEFT JOIN delegation_event x ON x.delegation_id = d.id AND x.event = 'revoked'
JOIN "user" g ON g.id = d.giver_id AND g.active
JOIN delegation_office o ON o.delegation_id = d.id
WHERE x.event IS NULL AND d.valid_from <= %s AND d.valid_to >= %s
AND EXISTS (SELECT 1 FROM role_grant r WHERE r.user_id = d.giver_id AND r.role = o.role
    AND coalesce(r.country, '{NETWORK}') = o.seat
    AND r.valid_from <= %s AND (r.valid_to IS NULL OR r.valid_to >= %s))"""
_MANDATES = f"""SELECT d.id, d.giver_id, g.name, d.ballots, d.kinds, d.cases, o.role, o.seat
{IN_FORCE} AND d.delegate_id = %s ORDER BY d.id"""
# Beside a table that names a person, a role, a state (empty: the network), and its case.
_STANDS_IN = f"""EXISTS (SELECT 1 {IN_FORCE.replace("%s", ":day")}
AND d.delegate_id = {{0}}.person_id AND o.role = {{0}}.role
AND o.seat = CASE {{0}}.country WHEN '' THEN '{NETWORK}' ELSE {{0}}.country END
AND (CAST(d.kinds AS TEXT) = '[]' OR CAST(d.kinds AS TEXT) <>
    replace(CAST(d.kinds AS TEXT), '"' || "case".kind || '"', ''))
AND (CAST(d.cases AS TEXT) = '[]' OR CAST(d.cases AS TEXT) <>
    replace(CAST(d.cases AS TEXT), '"' || "case".ref || '"', '')))"""
_MANDATE_COLUMNS = (
    delegation.c.id,
    delegation.c.giver_id,
    user.c.name,
    delegation.c.ballots,
    delegation.c.kinds,
    delegation.c.cases,
    delegation_office.c.role,
    delegation_office.c.seat,
)


def delegations_in_force(
    source: Connection | Driver, user_id: int, day: date
) -> tuple[Delegation, ...]:
    """The certificates in force on `day` by which a person stands in for others."""
    days = [day.isoformat()] * 4
    rows = read(source, _MANDATES, [*days, user_id], _MANDATE_COLUMNS)
    grants: dict[int, set[Grant]] = defaultdict(set)
    facts = {}
    for row in rows:
        key, *facts_of, role, seat = row
        facts[cast("int", key)] = facts_of
        grants[cast("int", key)].add(delegated_grant(role, seat))
    return tuple(_mandate(key, facts[key], grants[key]) for key in facts)


def acts_for(named: str, day: date) -> TextClause:
    """Whether the person whom a row of the table `named` names acts in its office on its case.

    That is by a certificate in force on `day`; the table has the columns `person_id`, `role` and
    `country`, and `case` stands beside it.
    """
    return text(_STANDS_IN.format(named)).bindparams(bindparam("day", day, type_=Date))


def delegated_grant(role: object, seat: object) -> Grant:
    """The office that a certificate names: a role, and the state or the network."""
    return Grant(Role(str(role)), None if seat == NETWORK else str(seat))


def _mandate(key: int, facts: Sequence[object], grants: Iterable[Grant]) -> Delegation:
    giver_id, giver, ballots, kinds, cases = facts
    return Delegation(
        id=key,
        giver_id=cast("int", giver_id),
        giver=str(giver),
        grants=frozenset(grants),
        ballots=bool(ballots),
        kinds=texts_of(kinds),
        cases=texts_of(cases),
    )


def texts_of(values: object) -> frozenset[str]:
    """The words that a certificate lists."""
    return frozenset(str(value) for value in cast("Iterable[object]", values))
