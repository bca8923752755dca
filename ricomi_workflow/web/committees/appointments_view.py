"""What the Secretariat writes down about a body: officers, credentials, confirmed rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from flask import url_for

from ricomi_workflow.committees.commands import ProposedAppointment
from ricomi_workflow.committees.queries import (
    find_appointment,
    get_rule,
    list_appointments,
    list_undocumented_offices,
)
from ricomi_workflow.committees.rules import (
    APPOINTED_ROLES,
    Appointment,
    AppointmentStatus,
    Elected,
    RuleInForce,
)
from ricomi_workflow.identity.queries import find_user_by_email, get_names
from ricomi_workflow.kernel.errors import FieldError, Invalid, NotFound
from ricomi_workflow.localization import formats
from ricomi_workflow.reference_data.country_names import alphabetical
from ricomi_workflow.web.committees.committee_view import RuleWords, rule_words, term_words
from ricomi_workflow.web.components import Confirmation
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.messages import role_label
from ricomi_workflow.web.plain_forms import PlainForm

if TYPE_CHECKING:
    from sqlalchemy import Connection

FIELDS = ("role", "email", "country", "since", "until", "elected", "document")
Choices = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class AppointmentLine:
    """An appointment with its days in words; `end_href` where it can be ended."""

    id: int
    office: str
    person: str
    country: str
    days: str
    elected: str
    document: str
    end_document: str
    now: bool
    end_href: str


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """Everything that the page of officers and credentials draws."""

    body: str
    name: str
    officers: tuple[AppointmentLine, ...]
    credentials: tuple[AppointmentLine, ...]
    undocumented: tuple[tuple[str, str], ...]  # office, person
    roles: Choices
    countries: Choices
    elected: Choices
    form: PlainForm = field(default_factory=PlainForm)
    done: str = ""


@dataclass(frozen=True, slots=True)
class EndPage:
    """One appointment that is to end."""

    body: str
    name: str
    line: AppointmentLine
    form: PlainForm


@dataclass(frozen=True, slots=True)
class RulePage:
    """A rule that the Secretariat confirms, or whose confirmation it takes back."""

    body: str
    name: str
    rule: RuleWords
    confirmation: int | None
    form: PlainForm
    oath: Confirmation


def people_page(
    connection: Connection, body_id: str, form: PlainForm | None = None, done: str = ""
) -> PeoplePage:
    """The officers and credentials of a body, past ones included. Raises: NotFound."""
    found = list_appointments(connection, body_id)
    today = _today()
    return PeoplePage(
        body=body_id,
        name=_name(body_id),
        officers=tuple(_line(each) for each in found if each.is_officer),
        credentials=tuple(_line(each) for each in found if not each.is_officer),
        undocumented=_undocumented(connection, found),
        roles=[(role.value, t(f"ui.role_{role}")) for role in APPOINTED_ROLES],
        countries=[
            (code, formats.country(code, language()))
            for code in alphabetical(services().reference.states, language())
        ],
        elected=[(each.value, t(f"committees.elected_{each}")) for each in Elected],
        form=form or PlainForm({"since": today.isoformat()}),
        done=done,
    )


def end_page(connection: Connection, body_id: str, key: int, form: PlainForm) -> EndPage:
    """The appointment that is to end. Raises: NotFound."""
    return EndPage(body_id, _name(body_id), _line(get_appointment(connection, body_id, key)), form)


def get_appointment(connection: Connection, body_id: str, key: int) -> Appointment:
    """An appointment of this body. Raises: NotFound."""
    found = find_appointment(connection, key)
    if found is None or found.body != body_id:
        raise NotFound("appointment", str(key))
    return found


def rule_page(connection: Connection, body_id: str, name: str, form: PlainForm) -> RulePage:
    """A rule with what would be recorded. Raises: NotFound."""
    found = get_rule(connection, services().reference.body(body_id), name)
    confirmation = found.confirmation.id if found.confirmation else None
    return RulePage(
        body_id, _name(body_id), rule_words(found), confirmation, form, _oath(found, body_id)
    )


def proposed(connection: Connection, sent: Mapping[str, str]) -> ProposedAppointment:
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
    return ProposedAppointment(
        role=sent["role"],
        user_id=person.id,
        country=sent["country"],
        since=since,
        until=until,
        document=sent["document"],
        elected=sent["elected"],
    )


def last_day(sent: Mapping[str, str]) -> date | None:
    """The last day as it was typed; none: yesterday. Raises: Invalid."""
    mistakes: list[FieldError] = []
    found = _day(sent, "last_day", mistakes)
    if mistakes:
        raise Invalid(mistakes)
    return found


def _day(sent: Mapping[str, str], name: str, mistakes: list[FieldError]) -> date | None:
    if not sent[name]:
        return None
    try:
        return date.fromisoformat(sent[name])
    except ValueError:
        mistakes.append(FieldError(name, "not_date"))
        return None


def _line(found: Appointment) -> AppointmentLine:
    standing = found.on(_today())
    open_ended = (
        standing in {AppointmentStatus.HOLDS, AppointmentStatus.COMING} and not found.end_document
    )
    return AppointmentLine(
        id=found.id,
        office=t(f"ui.role_{found.role}"),
        person=found.person,
        country=formats.country(found.country, language()),
        days=term_words(found.since, found.until),
        elected=t(f"committees.elected_{found.elected}") if found.elected else "",
        document=found.document,
        end_document=found.end_document,
        now=standing is AppointmentStatus.HOLDS,
        end_href=url_for("bodies.end", body=found.body, key=found.id) if open_ended else "",
    )


def _undocumented(
    connection: Connection, known: Sequence[Appointment]
) -> tuple[tuple[str, str], ...]:
    today = _today()
    told = [each for each in known if each.on(today) is AppointmentStatus.HOLDS]
    held = list_undocumented_offices(connection, today, told)
    names = get_names(connection, {key for people in held.values() for key in people})
    lines = (
        (role_label(grant.role, grant.country), names[key])
        for grant, people in held.items()
        for key in people
    )
    return tuple(sorted(lines))


def _oath(found: RuleInForce, body_id: str) -> Confirmation:
    return Confirmation(
        opening=t("committees.confirm_opening"),
        said=found.rule.note[language()],
        closing=t(f"ui.decision_rule_{found.name}"),
        recorded=t("committees.confirm_recorded"),
        change=t("committees.confirm_change"),
        button=t("committees.confirm_button"),
        back=t("ui.back"),
        back_href=url_for("bodies.body", body=body_id, _anchor="rules"),
    )


def _name(body_id: str) -> str:
    return services().reference.body(body_id).name_on(_today()).name[language()]


def _today() -> date:
    return services().calendar.local_day(services().uow.clock.now())
