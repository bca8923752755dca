"""People who hold offices, called as the trail writes them: `focal_point:PY`, `secretariat`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Table, select

from ricomi_workflow.cases.act import Services
from ricomi_workflow.identity.commands import add_user, give_role
from ricomi_workflow.identity.models import role_grant, user
from ricomi_workflow.identity.queries import find_actor
from ricomi_workflow.kernel.actors import SYSTEM, Actor, Role


@dataclass(frozen=True)
class _Settled:
    """People who hold an office, and the rows that say so."""

    people: Mapping[str, Actor]
    rows: Mapping[Table, Sequence[Mapping[str, object]]]


_SETTLED: Final[dict[tuple[object, ...], _Settled]] = {}  # by offices and instant


def settled(services: Services, offices: Sequence[str]) -> dict[str, Actor]:
    """An account for each office, with the same keys in every database of this process.

    The verbs make them once: asking them again in each database took half of a short test.
    """
    made = _SETTLED.get((*offices, services.uow.clock.now()))
    if made is None:
        made = _SETTLED[*offices, services.uow.clock.now()] = _settle(services, offices)
    else:
        with services.uow.begin(SYSTEM) as tx:
            for table, rows in made.rows.items():
                for row in rows:
                    tx.insert(table, row)
    return dict(made.people)


def _settle(services: Services, offices: Sequence[str]) -> _Settled:
    keys = {}
    with services.uow.begin(SYSTEM) as tx:
        for office in offices:
            role, _, country = office.partition(":")
            mail = f"{office.replace(':', '.').lower()}@example.org"
            keys[office] = add_user(tx, mail, f"Holder of {office}", "en")
            give_role(tx, keys[office], Role(role), country or None)
    today = services.calendar.local_day(services.uow.clock.now())
    with services.uow.read() as connection:
        found = {office: find_actor(connection, key, today) for office, key in keys.items()}
        tables = {user: user.c.id, role_grant: role_grant.c.user_id}
        rows = {
            table: [
                dict(row)
                for row in connection.execute(
                    select(table).where(key.in_(keys.values()))
                ).mappings()
            ]
            for table, key in tables.items()
        }
    return _Settled({office: actor for office, actor in found.items() if actor}, rows)
