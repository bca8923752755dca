"""The page of a body put together: its names, rules, officers, year, and the seats of a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from flask import request, url_for

from ricomi_workflow.committees.queries import (
    Accredited,
    list_accredited,
    list_appointments,
    list_rules,
)
from ricomi_workflow.committees.rules import Appointment, AppointmentStatus, RuleInForce
from ricomi_workflow.kernel.actors import OFFICER_ROLES, Role
from ricomi_workflow.localization import formats
from ricomi_workflow.localization.decision_rule_labels import setting_text
from ricomi_workflow.reference_data.calendars import YearItem, list_items
from ricomi_workflow.reference_data.country_names import alphabetical
from ricomi_workflow.reference_data.decision_rules import Rule, Setting
from ricomi_workflow.reference_data.membership import Seat, electorate
from ricomi_workflow.reference_data.model import Body, BodyName, Participation
from ricomi_workflow.reports.chair_report import REPORTING
from ricomi_workflow.web.case_labels import local_day
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.messages import show_params

if TYPE_CHECKING:
    from sqlalchemy import Connection

_CHARTER = 1948  # the organization has states from this year on
_AHEAD = 10  # years for which the present membership is shown
_INSTALLED = (7, 1)  # the year of a body begins


@dataclass(frozen=True, slots=True)
class BodyRow:
    """A body in the list."""

    name: str
    acronym: str
    parent: str
    href: str


@dataclass(frozen=True, slots=True)
class NameWords:
    """How a body was called during a period, and under which organ it stood."""

    days: str
    acronym: str
    name: str
    parent: str
    source: str
    confirmed: bool
    now: bool  # on the day that is shown


@dataclass(frozen=True, slots=True)
class SeatRow:
    """A state on the day: whether it is counted, why, and who may speak for it."""

    country: str
    counted: bool
    why: str
    source: str
    confirmed: bool
    accredited: str


@dataclass(frozen=True, slots=True)
class SettingWords:
    """A setting of a rule: what it says, and where it stands."""

    label: str
    words: str
    citation: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class RuleWords:
    """A rule in words, and by what it is confirmed."""

    name: str
    title: str
    words: str
    standing: str
    confirmed: bool
    illustrative: bool
    digest: str
    settings: tuple[SettingWords, ...]
    href: str  # where the Secretariat confirms it; empty for others


@dataclass(frozen=True, slots=True)
class OfficerWords:
    """An office held for a term; the name only for who is signed in."""

    office: str
    country: str
    person: str
    days: str
    elected: str
    document: str
    now: bool


@dataclass(frozen=True, slots=True)
class YearRow:
    """What comes every year, with the days of the year that is shown."""

    label: str
    days: str
    source: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class BodyPage:
    """Everything that the template of a body draws."""

    id: str
    day: date
    today: date
    name: str
    acronym: str
    parent: str
    exists: bool  # on the day that is shown
    mandate: str
    source: str
    names: tuple[NameWords, ...]
    seats: tuple[SeatRow, ...]
    counted: str
    speaks_for: str
    rules: tuple[RuleWords, ...]
    officers: tuple[OfficerWords, ...]
    year: tuple[YearRow, ...]
    json_href: str
    people_href: str
    report_href: str  # the draft of the chair's report; empty for who does not write it


def bodies_page() -> tuple[BodyRow, ...]:
    """Every body by the name it has today."""
    return tuple(_row(body) for body in services().reference.bodies.values())


def body_page(connection: Connection, body_id: str) -> BodyPage:
    """The page of one body on the day that the address asks for. Raises: NotFound."""
    body, today = services().reference.body(body_id), _today()
    day = day_asked(request.args.get("day", ""), today)
    current = next((name for name in body.names if name.covers(day)), None)
    named = current or body.names[0]
    found = electorate(body, services().reference, day)
    speaking = {each.country: each for each in list_accredited(connection, day)}
    return BodyPage(
        id=body.id,
        day=day,
        today=today,
        name=named.name[language()],
        acronym=named.acronym[language()],
        parent=named.parent[language()],
        exists=current is not None,
        mandate=body.mandate,
        source=body.source,
        names=tuple(_name(name, day) for name in reversed(body.names)),
        seats=tuple(
            _seat(body, found.seat(code), _speaking(speaking.get(code)))
            for code in alphabetical((seat.country for seat in found.seats), language())
        ),
        counted=t("committees.counted", n=found.count, seats=len(found.seats), day=day),
        speaks_for=t("committees.accredited_states", n=len(speaking.keys() & {*found.counted})),
        rules=tuple(rule_words(each) for each in list_rules(connection, body)),
        officers=tuple(
            _officer(each, day)
            for each in list_appointments(connection, body.id, *OFFICER_ROLES)
            if each.on(day) is not AppointmentStatus.NEVER
        ),
        year=tuple(_year(item, day) for item in list_items(body.id)),
        json_href=url_for("api_v1.get_body_electorate", body=body.id, day=day.isoformat()),
        people_href=url_for("bodies.people", body=body.id) if may_record() else "",
        report_href=url_for("bodies.report", body=body.id) if actor().has(*REPORTING) else "",
    )


def day_asked(text: str, today: date) -> date:
    """The day that the address names; today when it names none that a state could know."""
    try:
        asked = date.fromisoformat(text)
    except ValueError:
        return today
    return asked if _CHARTER <= asked.year <= today.year + _AHEAD else today


def may_record() -> bool:
    """Whether the reader writes down who is appointed."""
    return actor().has(Role.SECRETARIAT, Role.ADMINISTRATOR)


def rule_words(found: RuleInForce) -> RuleWords:
    """A rule as it is in force now."""
    confirmation = found.confirmation
    may_confirm = actor().has(Role.SECRETARIAT) and not found.rule.confirmed
    return RuleWords(
        name=found.name,
        title=t(f"ui.decision_rule_{found.name}"),
        words=found.rule.note[language()],
        standing=_standing(found),
        confirmed=found.is_confirmed,
        illustrative=confirmation is not None and confirmation.illustrative,
        digest=found.digest,
        settings=tuple(_setting(found.rule, setting) for setting in found.rule.settings),
        href=url_for("bodies.rule", body=found.body, name=found.name) if may_confirm else "",
    )


def term_words(since: date, until: date | None) -> str:
    """The days of a term in a sentence."""
    if until is None:
        return t("people.since", day=since)
    if until < since:
        return t("people.never")
    return t("people.from_to", since=since, until=until)


def _standing(found: RuleInForce) -> str:
    confirmation = found.confirmation
    if confirmation is not None:
        day = local_day(confirmation.at)
        return t("committees.confirmed_on", day=day, document=confirmation.document)
    return t("committees.confirmed_data") if found.rule.confirmed else t("committees.unconfirmed")


def _setting(rule: Rule, setting: Setting) -> SettingWords:
    label = t(f"committees.setting_{setting.name}")
    words = setting_text(rule, setting.name, services().texts, language())
    return SettingWords(label, words, setting.citation, setting.confirmed)


def _row(body: Body) -> BodyRow:
    named = body.name_on(_today())
    lang = language()
    href = url_for("bodies.body", body=body.id)
    return BodyRow(named.name[lang], named.acronym[lang], named.parent[lang], href)


def _name(name: BodyName, day: date) -> NameWords:
    lang = language()
    return NameWords(
        days=term_words(name.since, name.until),
        acronym=name.acronym[lang],
        name=name.name[lang],
        parent=name.parent[lang],
        source=name.source,
        confirmed=name.confirmed,
        now=name.covers(day),
    )


def _seat(body: Body, seat: Seat, speaking: str) -> SeatRow:
    why = t(f"bodies.seat_{seat.reason_code}", **show_params(seat.params))
    notes = [seat.note[language()] if seat.note else ""]
    if seat.reason_code == Participation.DISPUTED:
        notes.append(body.disputed.reason[language()])
    return SeatRow(
        country=formats.country(seat.country, language()),
        counted=seat.counted,
        why=". ".join(dict.fromkeys(text.rstrip(".") for text in (why, *notes) if text)) + ".",
        source=seat.source,
        confirmed=seat.confirmed,
        accredited=speaking,
    )


def _speaking(found: Accredited | None) -> str:
    if found is None:
        return t("committees.nobody_accredited")
    return t("committees.accredited", titular=found.titular, alternates=found.alternates)


def _officer(found: Appointment, day: date) -> OfficerWords:
    return OfficerWords(
        office=t(f"ui.role_{found.role}"),
        country=formats.country(found.country, language()),
        person="" if actor().user_id is None else found.person,
        days=term_words(found.since, found.until),
        elected=t(f"committees.elected_{found.elected}") if found.elected else "",
        document=found.document,
        now=found.on(day) is AppointmentStatus.HOLDS,
    )


def _year(item: YearItem, day: date) -> YearRow:
    """The item in the year of work to which `day` belongs, from July to June."""
    year = day.year - (day < date(day.year, *_INSTALLED)) + (item.first < _INSTALLED)
    found = item.in_year(year)
    days = t("people.from_to", since=found.first, until=found.last)
    return YearRow(item.label[language()], days, item.source, item.confirmed)


def _today() -> date:
    return services().calendar.local_day(services().uow.clock.now())
