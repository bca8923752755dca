"""What answers depend on, read from a case as it stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from ricomi_workflow.cases.rows import find_latest_submission
from ricomi_workflow.execution.plans import activities, end_in_force, plan_in_force
from ricomi_workflow.fund.queries import get_case_finances
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.partners.queries import list_search_answers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ricomi_workflow.cases.act import Services
    from ricomi_workflow.cases.locked_case import Case

_NOTHING = Money(0)


@dataclass(frozen=True, slots=True)
class AnswerContext:
    """What an answer may depend on: the day, the request, the money, who is awaited, the plan."""

    today: date
    request: Mapping[str, Json]
    committed: Money = _NOTHING
    advanced: Money = _NOTHING
    granted: Money = _NOTHING  # what was committed when it was funded
    refundable: Mapping[int, Money] = field(default_factory=dict)  # by paid tranche, yet to return
    country: str = ""
    awaited: tuple[str, ...] = ()  # states that have not confirmed
    offered: tuple[str, ...] = ()  # states that answered the search for a partner
    planned: tuple[str, ...] = ()  # activities of the plan in force
    ends: date | None = None  # the end of the work in force
    left: Mapping[str, Money] = field(default_factory=dict)  # by line, budgeted and not yet spent


def answer_context(services: Services, case: Case) -> AnswerContext:
    """The situation of `case` now."""
    today = services.calendar.local_day(services.uow.clock.now())
    with services.uow.read() as connection:
        given = find_latest_submission(connection, case.id, "request")
        money = get_case_finances(connection, case)
        plan = plan_in_force(connection, case.id)
        return AnswerContext(
            today,
            given.values if given else {},
            committed=money.committed,
            advanced=money.advances,
            granted=money.granted,
            refundable={x.number: x.amount - x.refunded for x in money.tranches if x.paid_on},
            country=case.country,
            awaited=tuple(p.country for p in case.participants if p.confirmed_seq is None),
            offered=tuple(list_search_answers(connection, case.id, case.entered)),
            planned=activities(plan) if plan else (),
            ends=end_in_force(connection, case.id),
            left={line.line: line.budgeted - line.spent for line in money.lines},
        )
