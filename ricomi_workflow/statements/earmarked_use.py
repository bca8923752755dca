"""What contributions with a purpose pay for: each project, its money, and what it changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, cast

from sqlalchemy import select

from ricomi_workflow.catalogue.models import catalogue_entry
from ricomi_workflow.contributions.balances import ContributionBalance
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.statements.statement import get_fund_statement

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class EarmarkedUse:
    """A project that a contribution pays for.

    `taken` is what this contribution gives to it; the other amounts are of the whole project, which
    others may pay for as well. `changed` is what its final report says, once that is public.
    """

    contribution: str
    ref: str
    title: Mapping[str, str]
    taken: Money
    to_pay: Money  # committed or certified, and not paid
    disbursed: Money
    spent: Money
    changed: Mapping[str, str]


def list_earmarked_use(
    connection: Connection, standings: Iterable[ContributionBalance], as_of: date
) -> tuple[EarmarkedUse, ...]:
    """The projects that these contributions pay for at the end of a day, in their order."""
    taken = [(s.contribution.ref, *part) for s in standings for part in s.taken.items()]
    if not taken:
        return ()
    projects = {each.ref: each for each in get_fund_statement(connection, as_of).projects}
    changed = _changed(connection, [ref for _, ref, _ in taken])
    return tuple(
        EarmarkedUse(
            gift,
            ref,
            project.title,
            amount,
            project.committed,
            project.disbursed,
            project.spent,
            changed.get(ref, {}),
        )
        for gift, ref, amount in taken
        if (project := projects.get(ref))
    )


def _changed(connection: Connection, refs: list[str]) -> dict[str, Mapping[str, str]]:
    rows = connection.execute(
        select(catalogue_entry.c.ref, catalogue_entry.c.public).where(
            catalogue_entry.c.ref.in_(refs)
        )
    )
    found = ((row.ref, row.public.get("what_changed")) for row in rows)
    return {ref: cast("Mapping[str, str]", text) for ref, text in found if isinstance(text, dict)}
