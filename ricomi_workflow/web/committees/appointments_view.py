"""What the Secretariat records about a body: officers, credentials, confirmed rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from flask import url_for

from ricomi_workflow.committees.commands import ProposedAppointment
from ricomi_workflow.committees.queries import (
    find_appointment,
    list_appointments,
    list_undocumented_offices,
)
from ricomi_workflow.committees.rules import Appointment, AppointmentStatus, RuleInForce
from ricomi_workflow.identity.queries import find_user_by_email, get_names
from ricomi_workflow.kernel.errors import FieldError, Invalid, NotFound
from ricomi_workflow.web.committees.committee_view import today
from ricomi_workflow.web.components import Confirmation
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.messages import role_label

if TYPE_CHECKING:
    from sqlalchemy import Connection

FIELDS = ("role", "email", "country", "since", "until", "elected", "document")


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """The appointments of a body, past ones included, and the offices held without one."""

    appointments: Sequence[Appointment]
    undocumented: Sequence[tuple[str, str]]  # office, person


def people_page(connection: Connection, body_id: str) -> PeoplePage:
    """The officers and credentials of a body. Raises: NotFound."""
    found = list_appointments(connection, body_id)
    current = [each for each in found if each.on(today()) is AppointmentStatus.HOLDS]
    held = list_undocumented_offices(connection, today(), current)
    names = get_names(connection, {key for people in held.values() for key in people})
    lines = (
        (role_label(grant.role, grant.country), names[key])
        for grant, people in held.items()
        for key in people
    )
    return PeoplePage(found, sorted(lines))


def get_appointment(connection: Connection, body_id: str, key: int) -> Appointment:
    """An appointment of this body. Raises: NotFound."""
    found = find_appointment(connection, key)
    if found is None or found.body != body_id:
        raise NotFound("appointment", str(key))
    return found


def may_end(found: Appointment) -> bool:
    """Whether the end of an appointment can be recorded."""
    current = {AppointmentStatus.HOLDS, AppointmentStatus.COMING}
    return found.on(today()) in current and not found.end_document


def proposed_appointment(connection: Connection, sent: Mapping[str, str]) -> ProposedAppointment:
    """The appointment as it was typed. Raises: Invalid for a person or a day that is none."""
    person = find_user_by_email(connection, sent["email"])
    mistakes = (
        [] if person else [FieldError("email", "no_account" if sent["email"] else "required")]
    )
    since, until = (_day(sent, name, mistakes) for name in ("since", "until"))
    if since is None and not sent["since"]:
        mistakes.append(FieldError("since", "required"))
    if mistakes or person is None or since is None:
        raise Invalid(mistakes)
    same = {name: sent[name] for name in ("role", "country", "document", "elected")}
    return ProposedAppointment(user_id=person.id, since=since, until=until, **same)


def last_day(sent: Mapping[str, str]) -> date | None:
    """The last day as it was typed; none: yesterday. Raises: Invalid."""
    mistakes: list[FieldError] = []
    found = _day(sent, "last_day", mistakes)
    if mistakes:
        raise Invalid(mistakes)
    return found


def rule_confirmation(found: RuleInForce) -> Confirmation:
    """What the Secretariat confirms about a rule, said before it is recorded."""
    return Confirmation(
        opening=t("committees.confirm_opening"),
        said=found.rule.note[language()],
        closing=t(f"ui.decision_rule_{found.name}"),
        recorded=t("committees.confirm_recorded"),
        change=t("committees.confirm_change"),
        button=t("committees.confirm_button"),
        back=t("ui.back"),
        back_href=url_for("bodies.body", body=found.body, _anchor="rules"),
    )


def _day(sent: Mapping[str, str], name: str, mistakes: list[FieldError]) -> date | None:
    if not sent[name]:
        return None
    try:
        return date.fromisoformat(sent[name])
    except ValueError:
        mistakes.append(FieldError(name, "not_date"))
        return None
