"""The page of a silence procedure: who is served, how long it still runs, what was objected."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from flask import url_for

from ricomi_workflow.ballots.notices import NoticeView, StateNotice, notice_view
from ricomi_workflow.ballots.rules import Outcome
from ricomi_workflow.ballots.silence_procedure import ServiceByOtherMeans
from ricomi_workflow.ballots.voting_methods import Proof, VotingMethod
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.localization import formats
from ricomi_workflow.reference_data.country_names import sort_key
from ricomi_workflow.web.ballots.voting_method_header import WayHead, the_ballot, way_head
from ricomi_workflow.web.cases.case_file import CaseFile
from ricomi_workflow.web.cases.objections import (
    ObjectionForm,
    ObjectionRow,
    objection_form,
    objection_rows,
)
from ricomi_workflow.web.components import Confirmation
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.plain_forms import PlainForm

SERVICE_FIELDS = ("country", "how", "day", "evidence")
S = TypeVar("S", "MissingSeat", "ServedSeat")
_STAFF = (Role.SECRETARIAT, Role.ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class MissingSeat:
    """A state without proof of notice, and why."""

    code: str
    country: str
    why: str
    answer: str  # what the provider said; for staff alone, for it may hold an address
    can_send: bool


@dataclass(frozen=True, slots=True)
class ServedSeat:
    """A state with proof of notice: by which means, when, and what the Secretariat wrote of it."""

    country: str
    means: str
    at: datetime
    note: str


@dataclass(frozen=True, slots=True)
class SilencePage:
    """Everything that the template of a silence procedure draws."""

    head: WayHead
    verdict: str
    served_words: str
    period: int
    starts_at: datetime | None
    closes_at: datetime | None
    missing: tuple[MissingSeat, ...]
    served: tuple[ServedSeat, ...]
    may_serve: bool
    states: tuple[tuple[str, str], ...]  # those without proof: code and name
    form: PlainForm
    desk: ObjectionForm
    objections: tuple[ObjectionRow, ...]


@dataclass(frozen=True, slots=True)
class Typed:
    """What was sent from the page, with what is wrong with it."""

    country: str = ""
    objection: PlainForm = field(default_factory=PlainForm)
    service: PlainForm = field(default_factory=PlainForm)


def silence_page(tx: Tx, file: CaseFile, sent: Typed) -> SilencePage:
    """The page for the reader; raises `NotFound` when the newest ballot is no such procedure."""
    view = the_ballot(file, VotingMethod.SILENCE)
    notice = notice_view(tx.connection, services(), view, file.now)
    if notice is None:
        raise AssertionError("a silence procedure has notices")
    clock = notice.clock
    late = clock is not None and clock.closes_at <= file.now
    href = url_for("silence.silence", ref=file.case.ref)
    serving = not view.ballot.outcome and clock is None and file.reader.has(Role.SECRETARIAT)
    return SilencePage(
        head=way_head(file, VotingMethod.SILENCE),
        verdict=_verdict(file, notice, late=late),
        served_words=t("ways.served_of", served=len(notice.served), all=len(notice.seats)),
        period=view.ballot.period or 0,
        starts_at=clock.starts_at if clock else None,
        closes_at=clock.closes_at if clock else None,
        missing=_by_name([_missing(seat, file, serving=serving) for seat in notice.missing]),
        served=_by_name(
            [_served(seat.country, seat.proof) for seat in notice.served if seat.proof]
        ),
        may_serve=serving,
        states=tuple((seat.country, _name(seat.country)) for seat in notice.missing),
        form=sent.service,
        desk=objection_form(file, sent.country, href, sent.objection, late=late),
        objections=objection_rows(file),
    )


def service_oath(
    file: CaseFile, country: str, proof: ServiceByOtherMeans, left: tuple[str, ...]
) -> Confirmation:
    """A service by other means said back: whose, how proved, and whether the period begins."""
    view, name = the_ballot(file, VotingMethod.SILENCE), _name(country)
    day = formats.day(proof.day, language()) if proof.day else ""
    note = t("ways.service_note", how=proof.how.strip(), day=day, evidence=proof.evidence.strip())
    waits = t("ways.service_waits", n=len(left))
    return Confirmation(
        opening=t("ways.service_opening", country=name),
        said=note,
        closing="",
        recorded=t("ways.service_recorded", by=file.reader.name),
        change=waits if left else t("ways.service_begins", n=view.ballot.period or 0),
        button=t("ways.service_confirm_button", country=name),
        back=t("ways.back"),
        back_href="",
    )


def _verdict(file: CaseFile, notice: NoticeView, *, late: bool) -> str:
    outcome = file.ballot.ballot.outcome if file.ballot else None
    if outcome is Outcome.BROKEN:
        return t("ways.silence_broken")
    if outcome is Outcome.CARRIED:
        return t("ways.silence_adopted")
    if outcome:
        return f"{t(f'ways.outcome_{outcome}')}."
    if notice.clock is None:
        return t("ways.silence_waiting", n=len(notice.missing))
    if late:
        return t("ways.silence_over")
    calendar = services().calendar
    left = calendar.between(file.today, calendar.local_day(notice.clock.closes_at))
    return t("ways.silence_running", n=left) if left else t("ways.silence_last_day")


def _missing(seat: StateNotice, file: CaseFile, *, serving: bool) -> MissingSeat:
    said = t("ways.said_by_provider", answer=seat.answer) if seat.answer else ""
    return MissingSeat(
        seat.country,
        _name(seat.country),
        t(f"ways.why_{seat.why}"),
        said if file.reader.has(*_STAFF) else "",
        can_send=serving and seat.why in {"failed", "unsent"},
    )


def _served(country: str, proof: Proof) -> ServedSeat:
    means = t(f"ways.means_{proof.means}")
    return ServedSeat(_name(country), means, proof.delivered_at, proof.note)


def _by_name(seats: list[S]) -> tuple[S, ...]:
    return tuple(sorted(seats, key=lambda seat: sort_key(seat.country)))


def _name(country: str) -> str:
    return formats.country(country, language())
