"""What the list of cases may be asked for: read from the address, told in words, made conditions.

The address holds everything, so that a list can be sent to a colleague or kept under a name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from ricomi_workflow.calls.queries import is_in_call
from ricomi_workflow.cases.visibility import (
    is_in_state,
    is_of_kind,
    opened_between,
    waits_for,
    waits_for_others,
    waits_for_role,
)
from ricomi_workflow.collaboration.assignments import is_assigned_to, is_unassigned
from ricomi_workflow.deadlines.queries import is_overdue_case
from ricomi_workflow.definitions.library import list_latest
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.localization import formats
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.i18n import language, t

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from werkzeug.datastructures import MultiDict

_LONGEST = 100
_NAMES = {"words": "q", "since": "from", "until": "to"}  # others are called as their field
_NOT_KEPT = ("after", "all")


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What the reader asked the list for; empty texts ask for nothing."""

    words: str = ""
    step: str = ""
    country: str = ""
    kind: str = ""
    state: str = ""
    waits: str = ""  # me, others, or a role
    hand: str = ""  # me, nobody
    overdue: str = ""  # yes
    call: str = ""
    since: str = ""  # opened from this day on
    until: str = ""
    all: str = ""  # yes: not even the filter that the reader sees first
    after: str = ""

    def query(self, **changes: str) -> dict[str, str]:
        """The parameters of the address, without the empty ones and without the page."""
        asked = {
            _NAMES.get(each.name, each.name): getattr(self, each.name)
            for each in fields(self)
            if each.name not in _NOT_KEPT
        } | changes
        return {name: value for name, value in asked.items() if value}

    @property
    def is_narrow(self) -> bool:
        """Whether anything is asked for beyond words, step and country."""
        return bool(self.query().keys() - {"q", "step", "country"})


def read_filter(args: MultiDict[str, str] | Mapping[str, str]) -> CaseFilter:
    """What the address asks for."""
    found = {
        each.name: str(args.get(_NAMES.get(each.name, each.name), "")).strip()[:_LONGEST]
        for each in fields(CaseFilter)
    }
    return CaseFilter(**found)


def read_query(query: str) -> CaseFilter:
    """What a saved filter asks for: `query` is the query of an address."""
    return read_filter(dict(parse_qsl(query)))


def filter_conditions(asked: CaseFilter) -> list[ColumnElement[bool]]:
    """What the reader asked for beyond words, step and country, as conditions on `case`."""
    return [each for _name, each in _conditions(asked)]


def _conditions(asked: CaseFilter) -> Iterator[tuple[str, ColumnElement[bool]]]:
    composed, reader = services(), actor()
    if asked.kind in kind_labels():
        yield "kind", is_of_kind(asked.kind)
    if asked.state in state_labels():
        yield "state", is_in_state([asked.state])
    if asked.waits == "me":
        yield "waits", waits_for(composed, reader)
    elif asked.waits == "others":
        yield "waits", waits_for_others(composed, reader)
    elif asked.waits in awaited_role_labels():
        yield "waits", waits_for_role(composed, Role(asked.waits))
    yield from _assignee_conditions(asked)
    if asked.overdue == "yes":
        yield "overdue", is_overdue_case(composed.uow.clock.now())
    if asked.call:
        yield "call", is_in_call(asked.call)
    since, until = parse_day(asked.since), parse_day(asked.until)
    if since:
        yield "from", opened_between(_midnight(since), None)
    if until:
        yield "to", opened_between(None, _midnight(until + timedelta(days=1)))


def _assignee_conditions(asked: CaseFilter) -> Iterator[tuple[str, ColumnElement[bool]]]:
    today = services().calendar.local_day(services().uow.clock.now())
    if asked.hand == "me":
        yield "hand", is_assigned_to(actor().user_id or 0, today)
    elif asked.hand == "nobody":
        yield "hand", is_unassigned(today) & waits_for(services(), actor())


def filter_labels(asked: CaseFilter) -> list[tuple[str, str]]:
    """The filters in force: the name of each in the address, and what it says."""
    lang = language()
    labels = [
        ("kind", kind_labels().get(asked.kind, "")),
        ("state", state_labels().get(asked.state, "")),
        ("waits", waits_label(asked.waits)),
        ("hand", t(f"collaboration.hand_{asked.hand}") if asked.hand in {"me", "nobody"} else ""),
        ("overdue", t("collaboration.only_overdue") if asked.overdue == "yes" else ""),
        ("call", t("collaboration.of_call", number=asked.call) if asked.call else ""),
    ]
    since, until = parse_day(asked.since), parse_day(asked.until)
    labels.append(("from", t("collaboration.opened_from", day=since) if since else ""))
    labels.append(("to", t("collaboration.opened_to", day=until) if until else ""))
    words = ("q", t("ui.quoted", text=asked.words) if asked.words else "")
    country = ("country", formats.country(asked.country, lang) if asked.country else "")
    return [(name, label) for name, label in (words, country, *labels) if label]


def kind_labels() -> dict[str, str]:
    """What kinds of cases there are, by name."""
    return {each.kind: each.label[language()] for each in list_latest(services().library)}


def state_labels() -> dict[str, str]:
    """The states of the newest processes by name, in the order of their steps."""
    found: dict[str, str] = {}
    for workflow in list_latest(services().library):
        order = {step.name: place for place, step in enumerate(workflow.steps)}
        ranked = sorted(workflow.states.values(), key=lambda state: order.get(state.step, 0))
        for state in ranked:
            found.setdefault(state.name, state.label[language()])
    return found


def awaited_role_labels() -> dict[str, str]:
    """The offices for which cases may wait."""
    every = {
        role
        for workflow in list_latest(services().library)
        for state in workflow.states.values()
        for role in state.waits_for
    }
    return {str(role): t(f"ui.role_{role}") for role in Role if role in every}


def waits_label(waits: str) -> str:
    """For whom the cases wait, in words."""
    if waits in {"me", "others"}:
        return t(f"collaboration.waits_{waits}")
    office = awaited_role_labels().get(waits)
    return t("collaboration.waits_office", office=office) if office else ""


def parse_day(text: str) -> date | None:
    """The day written as in an address; None for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(services().calendar.zone))
