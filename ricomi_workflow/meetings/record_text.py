"""What the system knows of a meeting, in a language: the same words for the page and the paper."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from ricomi_workflow.cases.audit_text import AuditText, ballot_figures
from ricomi_workflow.kernel.text import Shown, show
from ricomi_workflow.localization import formats
from ricomi_workflow.meetings.meeting_record import (
    AttendanceRecord,
    BallotRecord,
    ItemRecord,
    MeetingRecord,
)
from ricomi_workflow.meetings.rules import AttendanceStatus, Status
from ricomi_workflow.reference_data.country_names import alphabetical, language_name
from ricomi_workflow.reference_data.decision_rules import Position

_STANDING = {
    AttendanceStatus.TITULAR: "meetings.standing_titular",
    AttendanceStatus.ALTERNATE: "meetings.standing_alternate",
    AttendanceStatus.OBSERVER: "meetings.observer",
}
_ALWAYS = (Position.IN_FAVOUR, Position.AGAINST, Position.ABSTAIN)


@dataclass(frozen=True, slots=True)
class AttendeeText:
    """A state or an observer that was there: its name, as what, who spoke, and from when to when.

    Who spoke is as it was typed.
    """

    country: str
    standing: str
    person: str
    hours: str


@dataclass(frozen=True, slots=True)
class ItemText:
    """An item, or a proposed addition, in words; `said` is text as a person typed it."""

    place: str
    title: Shown
    closed: str
    case: str
    outcome: str
    figures: str
    said: str
    ballot: tuple[str, int] | None


@dataclass(frozen=True, slots=True)
class DocumentText:
    """A document of the meeting."""

    symbol: str
    kind: str
    title: Shown
    original: str


@dataclass(frozen=True, slots=True)
class RecordText:
    """All of it, as far as the reader sees it."""

    facts: tuple[tuple[str, str], ...]
    states: tuple[AttendeeText, ...]
    observers: tuple[AttendeeText, ...]
    items: tuple[ItemText, ...]
    additions: tuple[ItemText, ...]
    documents: tuple[DocumentText, ...]
    closed: str


def build_record_text(record: MeetingRecord, say: AuditText) -> RecordText:
    """A record in the language of `say`; hours in the zone of the meeting."""
    seated = [each for each in record.room if each.standing is not AttendanceStatus.OBSERVER]
    observing = [each for each in record.room if each.standing is AttendanceStatus.OBSERVER]
    return RecordText(
        facts=tuple(_facts(record, say)),
        states=tuple(_there(seated, record, say)),
        observers=tuple(_there(observing, record, say)),
        items=tuple(_item(each, say) for each in record.items),
        additions=tuple(_item(each, say) for each in record.additions),
        documents=tuple(
            DocumentText(
                str(each.symbol),
                say.t(f"meetings.kind_{each.kind}"),
                show(each.title, say.lang),
                language_name(each.original, say.lang),
            )
            for each in record.documents
        ),
        closed=say.t("meetings.closed_items", n=record.closed) if record.closed else "",
    )


def _zone(record: MeetingRecord, say: AuditText) -> str:
    terms = record.meeting.terms
    return terms.zone if terms else say.zone


def _facts(record: MeetingRecord, say: AuditText) -> Iterator[tuple[str, str]]:
    hours = (("opened", record.opened_at), ("adjourned", record.adjourned_at))
    for name, at in hours:
        if at:
            words = formats.instant_at(at, say.lang, _zone(record, say))
            yield say.t(f"meetings.record_{name}"), words
    if record.quorum:
        figures = {"n": record.quorum["present"], **{k: record.quorum[k] for k in ("needed", "of")}}
        yield say.t("meetings.record_quorum"), say.t("meetings.record_present", **figures)


def _there(
    found: Iterable[AttendanceRecord], record: MeetingRecord, say: AuditText
) -> Iterator[AttendeeText]:
    by_code = {each.country: each for each in found}
    for code in alphabetical(by_code, say.lang):
        each = by_code[code]
        yield AttendeeText(
            country=formats.country(code, say.lang),
            standing=say.t(_STANDING[each.standing]),
            person=each.person,
            hours=_hours(each, record, say),
        )


def _hours(each: AttendanceRecord, record: MeetingRecord, say: AuditText) -> str:
    """When it came, if after the opening, and when the roll found it gone."""

    def at(moment: datetime) -> str:
        return formats.instant(moment, say.lang, _zone(record, say))

    said = []
    if record.opened_at and each.since > record.opened_at:
        said.append(say.t("meetings.record_since", at=at(each.since)))
    if each.until:
        said.append(say.t("meetings.record_until", at=at(each.until)))
    return " · ".join(said)


def _item(each: ItemRecord, say: AuditText) -> ItemText:
    ballot = each.ballot
    if ballot:
        outcome = say.t(f"meetings.outcome_{ballot.outcome}")
    else:
        outcome = "" if each.status is Status.PENDING else say.t(f"meetings.status_{each.status}")
    return ItemText(
        place=str(each.place) if each.place else "",
        title=show(each.item.title, say.lang),
        closed="" if each.item.public else say.t("meetings.closed_item"),
        case=each.item.case or "",
        outcome=outcome,
        figures=_figures(ballot, say) if ballot else "",
        said=each.words,
        ballot=(ballot.ref, ballot.round) if ballot else None,
    )


def _figures(ballot: BallotRecord, say: AuditText) -> str:
    """How it was decided, and the answers that were counted; nobody answers a consensus."""
    way = say.t(f"decisions.way_{ballot.way}")
    tally = ballot.tally
    if ballot_figures({"outcome": ballot.outcome, "tally": dict(tally)}) is None:
        return way
    unopposed = ballot.way == "consensus" and not tally["against"]
    always = () if unopposed else _ALWAYS
    answers = [
        say.t("meetings.record_figure", name=say.t(f"decisions.sum_{each.value}"), n=tally[each])
        for each in Position
        if each in always or tally.get(each)
    ]
    if unopposed and ballot.outcome == "carried":
        answers.insert(0, say.t("decisions.unopposed"))
    return " · ".join((way, *answers))
