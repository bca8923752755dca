"""The page of a committee: its names, rules, officers, year, and who is counted on a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from flask import request

from ricomi_workflow.committees.queries import (
    Accredited,
    list_accredited,
    list_appointments,
    list_rules,
)
from ricomi_workflow.committees.rules import Appointment, AppointmentStatus, RuleInForce
from ricomi_workflow.kernel.actors import OFFICER_ROLES, Role
from ricomi_workflow.localization.decision_rule_labels import setting_text
from ricomi_workflow.reference_data.calendars import YearItem, list_items
from ricomi_workflow.reference_data.country_names import alphabetical
from ricomi_workflow.reference_data.decision_rules import Rule, Setting
from ricomi_workflow.reference_data.membership import Seat, electorate
from ricomi_workflow.reference_data.model import Body, BodyName, Participation
from ricomi_workflow.reports.chair_report import REPORTING
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.messages import local_day, show_params

if TYPE_CHECKING:
    from sqlalchemy import Connection

_CHARTER = 1948  # the organization has states from this year on
_AHEAD = 10  # years for which the present membership is shown
_INSTALLED = (7, 1)  # the year of a body begins


@dataclass(frozen=True, slots=True)
class CommitteePage:
    """A body on a day, and what its reader may do about it."""

    body: Body
    day: date
    named: BodyName  # its name on the day, else its first one
    exists: bool  # on the day that is shown
    seats: Sequence[Seat]
    counted: Sequence[str]
    accredited: Mapping[str, Accredited]
    rules: Sequence[RuleInForce]
    officers: Sequence[Appointment]
    year: Sequence[YearItem]
    may_record: bool  # who is appointed
    may_confirm: bool  # rules
    may_report: bool  # the draft of the chair's report


def committee_page(connection: Connection, body_id: str) -> CommitteePage:
    """The page of one body on the day that the address asks for. Raises: NotFound."""
    body = services().reference.body(body_id)
    day = _day_asked(request.args.get("day", ""))
    current = next((name for name in body.names if name.covers(day)), None)
    found = electorate(body, services().reference, day)
    codes = alphabetical((seat.country for seat in found.seats), language())
    return CommitteePage(
        body=body,
        day=day,
        named=current or body.names[0],
        exists=current is not None,
        seats=[found.seat(code) for code in codes],
        counted=found.counted,
        accredited={each.country: each for each in list_accredited(connection, day)},
        rules=list_rules(connection, body),
        officers=[
            each
            for each in list_appointments(connection, body.id, *OFFICER_ROLES)
            if each.on(day) is not AppointmentStatus.NEVER
        ],
        year=list_items(body.id),
        may_record=actor().has(Role.SECRETARIAT, Role.ADMINISTRATOR),
        may_confirm=actor().has(Role.SECRETARIAT),
        may_report=actor().has(*REPORTING),
    )


def today() -> date:
    """The day of the Secretariat's calendar."""
    return local_day(services().uow.clock.now())


def term_label(since: date, until: date | None) -> str:
    """The days of a term in a sentence."""
    if until is None:
        return t("people.since", day=since)
    if until < since:
        return t("people.never")
    return t("people.from_to", since=since, until=until)


def confirmation_label(found: RuleInForce) -> str:
    """By what a rule is confirmed, or that it is not."""
    confirmation = found.confirmation
    if confirmation is not None:
        day = local_day(confirmation.at)
        return t("committees.confirmed_on", day=day, document=confirmation.document)
    return t("committees.confirmed_data") if found.rule.confirmed else t("committees.unconfirmed")


def setting_label(rule: Rule, setting: Setting) -> str:
    """What a setting of a rule says."""
    return setting_text(rule, setting.name, services().texts, language())


def seat_reason(seat: Seat, body: Body) -> str:
    """Why a state is counted on the day, or not."""
    why = t(f"bodies.seat_{seat.reason_code}", **show_params(seat.params))
    notes = [seat.note[language()] if seat.note else ""]
    if seat.reason_code == Participation.DISPUTED:
        notes.append(body.disputed.reason[language()])
    return ". ".join(dict.fromkeys(text.rstrip(".") for text in (why, *notes) if text)) + "."


def year_days(item: YearItem, day: date) -> str:
    """The days of an item in the year of work to which `day` belongs, from July to June."""
    year = day.year - (day < date(day.year, *_INSTALLED)) + (item.first < _INSTALLED)
    found = item.in_year(year)
    return t("people.from_to", since=found.first, until=found.last)


def _day_asked(text: str) -> date:
    """The day that the address names; today when it names none that a state could know."""
    try:
        asked = date.fromisoformat(text)
    except ValueError:
        return today()
    return asked if _CHARTER <= asked.year <= today().year + _AHEAD else today()
