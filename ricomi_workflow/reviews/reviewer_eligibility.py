"""Who may be asked to review a request, and who belongs to one of its states."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from ricomi_workflow.identity.queries import Holder, list_holders
from ricomi_workflow.kernel.actors import Role

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ricomi_workflow.cases.locked_case import Case
    from ricomi_workflow.db.driver import Driver

_SIDES = (Role.FOCAL_POINT, Role.INSTITUTION_USER)


def list_reviewers(source: Connection | Driver, day: date) -> dict[int, Holder]:
    """Everybody who reviews on `day`, by account."""
    return {holder.user_id: holder for holder in list_holders(source, day, [(Role.REVIEWER, None)])}


def list_conflicted(source: Connection | Driver, case: Case, day: date) -> set[int]:
    """The accounts of those who act for a state that takes part in the case."""
    parties = sorted({case.country, *case.partner_countries()})
    pairs = [(role, country) for role in _SIDES for country in parties]
    return {holder.user_id for holder in list_holders(source, day, pairs)}


def list_eligible_reviewers(
    source: Connection | Driver, case: Case, day: date
) -> dict[int, Holder]:
    """Who reviews on `day` and belongs to none of the states of the case, by account."""
    out = list_conflicted(source, case, day)
    return {key: holder for key, holder in list_reviewers(source, day).items() if key not in out}
