"""Sentences for refusals, mistakes and acts in the language and zone of this request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from babel.numbers import format_decimal

from ricomi_workflow.cases.audit_text import AuditText
from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.cases.rows import Submission
from ricomi_workflow.cases.separation_of_duties import Shortage
from ricomi_workflow.definitions.model import WorkflowDef
from ricomi_workflow.definitions.number_formats import locale_of
from ricomi_workflow.files.queries import FileStatus
from ricomi_workflow.kernel.actors import Actor, Role
from ricomi_workflow.kernel.errors import FieldError, Refusal
from ricomi_workflow.kernel.text import Shown, show
from ricomi_workflow.localization import formats
from ricomi_workflow.localization.message_text import MessageText
from ricomi_workflow.reference_data import country_names
from ricomi_workflow.web.components import Reason
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.i18n import language, t, zone

_OF_THE_APPLICANT = frozenset({Role.FOCAL_POINT, Role.INSTITUTION_USER})
_KILO = 1024


def reason(refusal: Refusal) -> Reason:
    """Why an act is not possible, and what or who would make it possible."""
    speaker = _speaker()
    return Reason(speaker.why(refusal), speaker.need(refusal), refusal.code)


def mistake(error: FieldError) -> str:
    """What is wrong with a field, with its figures."""
    return _speaker().mistake(error)


def show_params(params: Mapping[str, object]) -> dict[str, object]:
    """Parameters as a sentence of the reader's language takes them."""
    return _speaker().said(params)


def offices(roles: Sequence[str]) -> str:
    """The names of offices in a sentence."""
    return _speaker().offices(roles)


def role_label(role: Role, country: str | None) -> str:
    """An office with its country: `Punto focal, Paraguay`."""
    words = t(f"ui.role_{role}")
    return f"{words}, {formats.country(country, language())}" if country else words


def donor_name(donor: str) -> str:
    """A donor as it is called in the reader's language."""
    return country_names.donor_name(donor, services().reference, language())


def countries(codes: Sequence[str]) -> str:
    """The names of countries in a sentence, in the order of the reader's alphabet."""
    return _speaker().countries(codes)


def actor_label() -> AuditText:
    """Who tells what was done."""
    return AuditText(services().texts, language(), zone())


def _speaker() -> MessageText:
    return MessageText(services().texts, language(), zone())


def case_title(title: Mapping[str, str] | None) -> Shown:
    """The title of a case in the reader's language, or the words for one that has none yet."""
    if title:
        return show(title, language())
    return Shown(t("case.untitled"), language(), is_original=False)


def submission_label(submission: Submission) -> str:
    """The form of a submission and its number."""
    label = services().library.forms[submission.form_key].label[language()]
    return t("case.paper", form=label, number=submission.number)


def state_label(workflow: WorkflowDef, state: str) -> str:
    """The staff's words for a state."""
    return workflow.states[state].label[language()]


def case_state(case: Case) -> str:
    """The staff's words for the state in which a case is."""
    return state_label(services().process(case).workflow, case.state)


def office_label(office: str) -> str:
    """An office as the trail keeps it, in words."""
    return actor_label().office(office)


def in_whose_name(words: str, actor: Actor) -> str:
    """What is said before an act that a stand-in does, with the names of both."""
    if actor.under is None:
        return words
    return f"{words} {t('delegation.opening', by=actor.name, giver=actor.under.giver)}"


def shortage_label(shortages: Sequence[Shortage]) -> tuple[str, ...]:
    """For which acts nobody eligible would remain, which offices are short, and why."""
    lang = language()
    return tuple(
        t(
            "separation.short" if short.rule else "separation.vacant",
            act=short.act[lang],
            offices=offices(sorted(short.roles)),
            rule=short.rule[lang] if short.rule else "",
        )
        for short in shortages
    )


def waiting_label(roles: Iterable[Role], case: Case) -> str:
    """Whom a case waits for, each with their state: `Punto focal (Paraguay)`."""
    return formats.list_text([_one(role, case) for role in roles], language())


def _one(role: Role, case: Case) -> str:
    words = t(f"ui.role_{role}")
    where = formats.country(case.country, language())
    return t("case.office_in", office=words, country=where) if role in _OF_THE_APPLICANT else words


def local_day(at: datetime) -> date:
    """The day of an instant in the Secretariat's calendar, the same for every reader."""
    return services().calendar.local_day(at)


def at_place(at: datetime) -> str:
    """The end of a term in short with its place: `25 sept 2026, 17:00 (Washington)`."""
    return formats.instant_in(at, language(), services().calendar.zone)


def brief(at: datetime, today: date) -> str:
    """The day of an instant in short, without the year when it is this one."""
    return formats.brief_day(local_day(at), language(), today.year)


def file_size(size: int) -> str:
    """Bytes as a reader takes them: whole kilobytes, megabytes with one decimal."""
    if size < _KILO * _KILO:
        return t("file.kilobytes", n=max(1, round(size / _KILO)))
    figure = format_decimal(size / _KILO / _KILO, format="#,##0.0", locale=locale_of(language()))
    return t("file.megabytes", figure=figure)


def file_status_label(standing: FileStatus, found: str) -> str:
    """Why a file is not offered to everybody; empty when it is."""
    if standing is FileStatus.OFFERED:
        return ""
    return t(f"file.{standing}", found=found)
