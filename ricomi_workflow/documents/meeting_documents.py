"""Papers of a meeting: its notice, its order of business and its minutes, set in type.

Each holds what its reader may see: of a closed item, only that there is one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from ricomi_workflow.cases.act import Services
from ricomi_workflow.decisions.queries import list_decision_numbers
from ricomi_workflow.documents.elements import (
    Block,
    DocumentText,
    compose_document,
    facts,
    heading,
    para,
    table,
)
from ricomi_workflow.documents.typesetting import pdf
from ricomi_workflow.kernel.actors import Actor
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.kernel.text import Shown, show
from ricomi_workflow.meetings.meeting_record import get_record
from ricomi_workflow.meetings.minutes import (
    Certificate,
    Minutes,
    find_certificate,
    find_latest_minutes,
)
from ricomi_workflow.meetings.queries import MeetingView, view_meeting
from ricomi_workflow.meetings.record_text import (
    AttendeeText,
    ItemText,
    RecordText,
    build_record_text,
)
from ricomi_workflow.meetings.rules import AccessLevel, Item, Kind, Stage, Status
from ricomi_workflow.meetings.session_queries import Progress
from ricomi_workflow.reference_data.country_names import language_name

_APPROVED = "minutes_approved"


def notice_pdf(services: Services, reader: Actor, ref: str, lang: str) -> bytes:
    """The notice of the meeting `ref`; raises `NotFound` before it is convened."""
    shown = _seen(services, reader, ref)
    words = DocumentText(services, lang)
    if shown.meeting.terms is None:
        raise NotFound("notice", ref)
    body = [
        *_terms(words, shown),
        heading(_kind(words, Kind.ORDER_OF_BUSINESS)),
        *_items(words, shown),
    ]
    return _pdf(words, shown, Kind.NOTICE, body, _issued(shown, Kind.NOTICE))


def order_pdf(services: Services, reader: Actor, ref: str, lang: str) -> bytes:
    """The order of business of the meeting `ref` as the reader sees it; raises `NotFound`."""
    shown = _seen(services, reader, ref)
    words = DocumentText(services, lang)
    if shown.agenda is None:
        raise NotFound("order of business", ref)
    body = [*_terms(words, shown), *_items(words, shown), *_documents(words, shown)]
    made = shown.agenda.at
    return _pdf(words, shown, Kind.ORDER_OF_BUSINESS, body, made)


def minutes_pdf(services: Services, reader: Actor, ref: str, lang: str) -> bytes:
    """The newest minutes of the meeting `ref`; raises `NotFound` for who may not read them."""
    with services.uow.read() as connection:
        shown = view_meeting(connection, reader, ref)
        last = find_latest_minutes(connection, shown.meeting.id)
        certificate = find_certificate(connection, shown.meeting.id)
        record = get_record(connection, shown.meeting).seen(shown)
        numbers = list_decision_numbers(connection, record.ballots)
    inside = shown.viewer.circle is AccessLevel.COMMITTEE or shown.meeting.state == _APPROVED
    if last is None or not inside:
        raise NotFound("minutes", ref)
    words = DocumentText(services, lang)
    known = build_record_text(record, words.teller)
    body = [
        _standing(words, shown, last),
        *_terms(words, shown),
        *record_blocks(words, known, numbers),
        *_minutes(words, last, certificate),
    ]
    return _pdf(words, shown, Kind.MINUTES, body, last.at)


def _seen(services: Services, reader: Actor, ref: str) -> MeetingView:
    with services.uow.read() as connection:
        return view_meeting(connection, reader, ref)


def _kind(words: DocumentText, kind: Kind) -> str:
    return words.t(f"meetings.kind_{kind}")


def _issued(shown: MeetingView, kind: Kind) -> datetime:
    """When the newest document of a kind was issued."""
    made = [each.at for each in shown.documents if each.kind is kind]
    return max(made, default=shown.meeting.entered_at)


def _symbol(shown: MeetingView, kind: Kind) -> str:
    """The number of the newest document of a kind."""
    found = [each for each in shown.documents if each.kind is kind]
    return str(max(found, key=lambda each: each.id).symbol) if found else ""


def _pdf(
    words: DocumentText, shown: MeetingView, kind: Kind, body: Sequence[Block], made: datetime
) -> bytes:
    meeting = shown.meeting
    data = compose_document(
        words.t,
        words.title(meeting.title),
        _kind(words, kind),
        body,
        ref=_symbol(shown, kind) or meeting.ref,
        made=made.isoformat(),
        illustrative=meeting.illustrative,
        exercise=meeting.exercise,
    )
    return pdf(data, words.lang)


def _terms(words: DocumentText, shown: MeetingView) -> Iterator[Block]:
    terms = shown.meeting.terms
    if terms is None:
        return
    day = words.services.calendar.local_day(terms.begins_at)
    body = words.services.reference.body("ceam").name_on(day)
    yield facts(
        [
            (words.t("meetings.body"), f"{body.name[words.lang]} ({body.acronym[words.lang]})"),
            (words.t("meetings.begins"), words.at(terms.begins_at)),
            (words.t("meetings.ends"), words.at(terms.ends_at)),
            (words.t("meetings.place"), terms.place),
            (words.t("meetings.mode"), words.t(f"meetings.mode_{terms.mode}")),
            (words.t("meetings.session"), words.t(f"meetings.session_{terms.session}")),
        ]
    )


def _items(words: DocumentText, shown: MeetingView) -> Iterator[Block]:
    agenda = shown.agenda
    if agenda is None:
        return
    adopted = agenda.stage in {Stage.ADOPTED, Stage.AMENDED}
    yield para(words.t(f"meetings.stage_{'adopted' if adopted else 'draft'}"))
    columns = [(words.t(f"meetings.column_{n}"), n == "place") for n in ("place", "item", "how")]
    rows = [
        [
            str(shown.places[item.number]),
            _item_words(words, item),
            _how(words, item, shown.progress),
        ]
        for item in agenda.items
    ]
    yield table(_kind(words, Kind.ORDER_OF_BUSINESS), columns, rows)
    if shown.closed:
        yield para(words.t("meetings.closed_items", n=shown.closed), soft=True)


def _item_words(words: DocumentText, item: Item) -> str:
    title = show(item.title, words.lang).text
    return f"{title}\n{item.case}" if item.case else title


def _how(words: DocumentText, item: Item, progress: Mapping[int, Progress]) -> str:
    said = [] if item.public else [words.t("meetings.closed_item")]
    made = progress.get(item.number, Progress())
    if made.outcome:
        said.append(words.t(f"meetings.outcome_{made.outcome}"))
    elif made.status is not Status.PENDING:
        said.append(words.t(f"meetings.status_{made.status}"))
    if made.words:
        said.append(made.words)
    return "\n".join(said)


def _documents(words: DocumentText, shown: MeetingView) -> Iterator[Block]:
    papers = [each for each in shown.documents if each.kind not in {Kind.NOTICE, Kind.MINUTES}]
    if not papers:
        return
    names = ("symbol", "title", "original")
    columns = [(words.t(f"meetings.column_{name}"), False) for name in names]
    lang = words.lang
    rows = [
        [str(each.symbol), show(each.title, lang).text, language_name(each.original, lang)]
        for each in papers
    ]
    yield table(words.t("meetings.documents"), columns, rows)


def _standing(words: DocumentText, shown: MeetingView, last: Minutes) -> Block:
    """Whether the minutes are approved, and which version they are."""
    approved = shown.meeting.state == _APPROVED
    key = "approved_minutes" if approved else "draft_minutes"
    return para(words.t(f"meetings.{key}", version=last.version))


def _minutes(
    words: DocumentText, last: Minutes, certificate: Certificate | None
) -> Iterator[Block]:
    """The text, in the language in which it was written."""
    yield heading(words.t("meetings.write_text"))
    note = words.t(f"ui.original_{last.lang}") if last.lang != words.lang else ""
    text: dict[str, Json] = {"lang": last.lang, "note": note}
    yield {"kind": "answer", "label": "", "text": last.text, **text}
    if certificate and certificate.version == last.version:
        day = words.services.calendar.local_day(certificate.at)
        yield para(words.t("meetings.certified", name=certificate.name, day=day))
        yield facts([(words.t("meetings.certified_digest"), certificate.digest)])


Numbers = Mapping[tuple[str, int], str]


def record_blocks(words: DocumentText, known: RecordText, numbers: Numbers) -> Iterator[Block]:
    """The record in the language of `words`; `numbers` are those of the decisions taken."""
    yield heading(words.t("meetings.record"))
    yield para(words.t("meetings.record_lead"), soft=True)
    yield facts(known.facts)
    items: tuple[tuple[str, Sequence[ItemText], list[str]], ...] = (
        ("record_items", known.items, ["column_place"]),
        ("additions", known.additions, []),
    )
    for name, found, first in items:
        if found:
            rows = [_record_item(words, each, numbers) for each in found]
            yield _table(words, f"meetings.{name}", [*first, "column_item", "column_how"], rows)
    if known.closed:
        yield para(known.closed, soft=True)
    rooms = (
        ("record_states", known.states, "state"),
        ("record_observers", known.observers, "observer"),
    )
    for name, there, who in rooms:
        if there:
            named = ["person"] if any(each.person for each in there) else []
            rows = [_attendance_row(each)[: 2 + len(named)] for each in there]
            yield _table(words, f"meetings.{name}", [who, "attendance", *named], rows)
    if known.documents:
        rows = [
            [{"text": each.symbol}, _title_cell(words, each.title), {"text": each.original}]
            for each in known.documents
        ]
        named = ["column_symbol", "column_title", "column_original"]
        yield _table(words, "meetings.documents", named, rows)


Cell = dict[str, Json]


def _table(
    words: DocumentText, caption: str, names: Sequence[str], rows: Sequence[list[Cell]]
) -> Block:
    columns: list[Json] = [
        {"text": words.t(f"meetings.{name}"), "number": name == "column_place"} for name in names
    ]
    held: list[Json] = [{"kind": "row", "cells": [*row]} for row in rows]
    return {"kind": "table", "caption": words.t(caption), "columns": columns, "rows": held}


def _record_item(words: DocumentText, each: ItemText, numbers: Numbers) -> list[Cell]:
    title = _title_cell(words, each.title)
    beside = [str(title["note"]), each.closed, each.case]
    title["note"] = "\n".join(part for part in beside if part)
    number = numbers.get(each.ballot, "") if each.ballot else ""
    decided = words.t("decisions.decision_number", number=number) if number else ""
    quoted = words.quoted(each.said) if each.said else ""
    how: Cell = {"text": each.outcome}
    how["note"] = "\n".join(part for part in (decided, each.figures, quoted) if part)
    first: list[Cell] = [{"text": each.place}] if each.place else []
    return [*first, title, how]


def _title_cell(words: DocumentText, title: Shown) -> Cell:
    """A title; one that does not exist in the language of the paper says in which it is."""
    if not title.is_original:
        return {"text": title.text, "note": ""}
    note = words.t("meetings.original", language=language_name(title.lang, words.lang))
    return {"text": title.text, "lang": title.lang, "note": note}


def _attendance_row(each: AttendeeText) -> list[Cell]:
    standing: Cell = {"text": each.standing, "note": each.hours}
    return [{"text": each.country}, standing, {"text": each.person}]
