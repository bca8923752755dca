"""One act on several cases: what may be chosen, what each case says to it, what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import url_for

from ricomi_workflow.cases.bulk_actions import MOST, Outcome, Status, is_bulk_action
from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.cases.queries import get_case, list_options
from ricomi_workflow.cases.rows import read_case
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.definitions.model import TransitionDef
from ricomi_workflow.kernel.errors import NotFound, Refusal
from ricomi_workflow.kernel.text import Shown
from ricomi_workflow.web.case_labels import case_title, state_label
from ricomi_workflow.web.cases.case_filters import CaseFilter
from ricomi_workflow.web.cases.case_list import bulk_acts, find_cases
from ricomi_workflow.web.components import Reason
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.messages import reason

if TYPE_CHECKING:
    from sqlalchemy import Connection

_WORDS = {
    Status.DONE: "together.several_done",
    Status.ALREADY: "together.several_already",
    Status.REFUSED: "together.several_refused_word",
}


@dataclass(frozen=True, slots=True)
class CaseChoice:
    """One case that may be chosen."""

    ref: str
    title: Shown
    state: str


@dataclass(frozen=True, slots=True)
class ChoosePage:
    """What may be done on several cases, and on which."""

    acts: tuple[tuple[str, str, str], ...]  # trigger, label, hint
    cases: tuple[CaseChoice, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """One case before the act, or after it: possible, done, or why not."""

    ref: str
    title: Shown
    href: str
    words: str
    version: int
    possible: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """The act said back, with what each case says to it."""

    trigger: str
    label: str
    hint: str
    needs_reason: bool
    possible: tuple[Judged, ...]
    refused: tuple[Judged, ...]


@dataclass(frozen=True, slots=True)
class ResultPage:
    """What became of each case."""

    label: str
    done: tuple[Judged, ...]
    refused: tuple[Judged, ...]


def choose_page(connection: Connection, asked: CaseFilter) -> ChoosePage:
    """What the reader may do on several of the cases that they asked for."""
    found = find_cases(connection, asked, MOST)
    acts = bulk_acts(found)
    usable = [case for case in found if any(_offers(case, trigger) for trigger in acts)]
    lang = language()
    return ChoosePage(
        tuple((name, act.label[lang], act.hint[lang]) for name, act in acts.items()),
        tuple(
            CaseChoice(
                case.ref,
                case_title(case.title),
                state_label(services().process(case).workflow, case.state),
            )
            for case in usable
        ),
    )


def review_page(tx: Tx, trigger: str, refs: Sequence[str]) -> ReviewPage | None:
    """What each of the cases says to the act; None when nothing usable was chosen."""
    cases = [case for ref in dict.fromkeys(refs[:MOST]) if (case := _readable(tx, ref))]
    act = find_bulk_act(cases, trigger)
    if act is None:
        return None
    judged = [_judged(tx, case, trigger) for case in cases]
    lang = language()
    return ReviewPage(
        trigger=trigger,
        label=act.label[lang],
        hint=act.hint[lang],
        needs_reason=act.reason,
        possible=tuple(each for each in judged if each.possible),
        refused=tuple(each for each in judged if not each.possible),
    )


def result_page(connection: Connection, trigger: str, outcomes: Iterable[Outcome]) -> ResultPage:
    """What became of each case."""
    rows = [(each, read_case(connection, each.ref) if each.known else None) for each in outcomes]
    told = [_told(outcome, case) for outcome, case in rows]
    return ResultPage(
        label=_label([case for _, case in rows if case], trigger),
        done=tuple(each for each in told if each.possible),
        refused=tuple(each for each in told if not each.possible),
    )


def find_bulk_act(cases: Iterable[Case], trigger: str) -> TransitionDef | None:
    """The act called `trigger` that may be done on several cases, in the process of the first."""
    for case in cases:
        for taken in services().process(case).workflow.transitions:
            if taken.trigger == trigger and taken.bulk:
                return taken
    return None


def _label(cases: Iterable[Case], trigger: str) -> str:
    act = find_bulk_act(cases, trigger)
    return act.label[language()] if act else ""


def _offers(case: Case, trigger: str) -> bool:
    return is_bulk_action(services(), actor(), case, trigger)


def _readable(tx: Tx, ref: str) -> Case | None:
    try:
        return get_case(tx.connection, services(), actor(), ref)
    except NotFound:
        return None


def _judged(tx: Tx, case: Case, trigger: str) -> Judged:
    option = next(
        (o for o in list_options(tx, services(), case) if o.taken.trigger == trigger), None
    )
    if option is None or not option.taken.bulk:
        refusals: tuple[Refusal, ...] = (Refusal("several_not_offered"),)
    else:
        refusals = option.refusals
    return _row(case, not refusals, refusals)


def _told(outcome: Outcome, case: Case | None) -> Judged:
    done = outcome.status is not Status.REFUSED
    words = t(_WORDS[outcome.status])
    if case is None:
        title, reasons = case_title(None), tuple(reason(each) for each in outcome.refusals)
        return Judged(outcome.ref, title, "", words, 0, done, reasons)
    return _row(case, done, outcome.refusals, words)


def _row(case: Case, possible: bool, refusals: Iterable[Refusal], words: str = "") -> Judged:  # noqa: FBT001 - a fact of the row
    return Judged(
        case.ref,
        case_title(case.title),
        url_for("cases.case_page", ref=case.ref),
        words or state_label(services().process(case).workflow, case.state),
        case.version,
        possible,
        tuple(reason(each) for each in refusals),
    )
