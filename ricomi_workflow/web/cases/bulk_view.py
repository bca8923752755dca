"""One act on several cases: what may be chosen, what each case says to it, what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ricomi_workflow.cases.bulk_actions import MOST, Outcome, Status, is_bulk_action
from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.cases.queries import get_case, list_options
from ricomi_workflow.cases.rows import read_case
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.definitions.model import TransitionDef
from ricomi_workflow.kernel.errors import NotFound, Refusal
from ricomi_workflow.web.cases.case_filters import CaseFilter
from ricomi_workflow.web.cases.case_list import bulk_acts, find_cases
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.i18n import t
from ricomi_workflow.web.messages import case_state

if TYPE_CHECKING:
    from sqlalchemy import Connection

_TEXTS = {
    Status.DONE: "collaboration.several_done",
    Status.ALREADY: "collaboration.several_already",
    Status.REFUSED: "collaboration.several_refused_word",
}


@dataclass(frozen=True, slots=True)
class BulkCase:
    """One case before the act or after it: possible or done, else why not."""

    ref: str
    case: Case | None  # None: the reader may not know of it
    text: str
    refusals: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True)
class BulkPage:
    """An act on several cases, with those on which it is possible or done, and the others."""

    act: TransitionDef | None
    done: tuple[BulkCase, ...]
    refused: tuple[BulkCase, ...]


def bulk_choices(
    connection: Connection, asked: CaseFilter
) -> tuple[dict[str, TransitionDef], list[Case]]:
    """By trigger what the reader may do on several of the cases asked for, and on which."""
    found = find_cases(connection, asked, MOST)
    acts = bulk_acts(found)
    usable = [
        case
        for case in found
        if any(is_bulk_action(services(), actor(), case, trigger) for trigger in acts)
    ]
    return acts, usable


def review_page(tx: Tx, trigger: str, refs: Sequence[str]) -> BulkPage | None:
    """What each of the cases says to the act; None when nothing usable was chosen."""
    cases = [case for ref in dict.fromkeys(refs[:MOST]) if (case := _readable(tx, ref))]
    act = find_bulk_act(cases, trigger)
    return _page(act, [_judged(tx, case, trigger) for case in cases]) if act else None


def result_page(connection: Connection, trigger: str, outcomes: Iterable[Outcome]) -> BulkPage:
    """What became of each case."""
    rows = [(each, read_case(connection, each.ref) if each.known else None) for each in outcomes]
    act = find_bulk_act([case for _, case in rows if case], trigger)
    made = [
        (
            each.status is not Status.REFUSED,
            BulkCase(each.ref, case, t(_TEXTS[each.status]), tuple(each.refusals)),
        )
        for each, case in rows
    ]
    return _page(act, made)


def find_bulk_act(cases: Iterable[Case], trigger: str) -> TransitionDef | None:
    """The act called `trigger` that may be done on several cases, in the process of the first."""
    for case in cases:
        for taken in services().process(case).workflow.transitions:
            if taken.trigger == trigger and taken.bulk:
                return taken
    return None


def _page(act: TransitionDef | None, cases: Sequence[tuple[bool, BulkCase]]) -> BulkPage:
    done = tuple(each for is_done, each in cases if is_done)
    return BulkPage(act, done, tuple(each for is_done, each in cases if not is_done))


def _readable(tx: Tx, ref: str) -> Case | None:
    try:
        return get_case(tx.connection, services(), actor(), ref)
    except NotFound:
        return None


def _judged(tx: Tx, case: Case, trigger: str) -> tuple[bool, BulkCase]:
    """Whether the act is possible on a case, and the case with what is against it."""
    option = next(
        (o for o in list_options(tx, services(), case) if o.taken.trigger == trigger), None
    )
    if option is None or not option.taken.bulk:
        refusals: tuple[Refusal, ...] = (Refusal("several_not_offered"),)
    else:
        refusals = option.refusals
    return not refusals, BulkCase(case.ref, case, case_state(case), refusals)
