"""What the system recorded of a meeting, as the blocks of its minutes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ricomi_workflow.documents.elements import Block, facts, heading, para
from ricomi_workflow.documents.labels import DocumentText
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.text import Shown
from ricomi_workflow.meetings.record_text import AttendeeText, ItemText, RecordText
from ricomi_workflow.reference_data.country_names import language_name

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
            rows = [_item(words, each, numbers) for each in found]
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
            rows = [_there(each)[: 2 + len(named)] for each in there]
            yield _table(words, f"meetings.{name}", [who, "attendance", *named], rows)
    if known.documents:
        rows = [
            [{"text": each.symbol}, _titled(words, each.title), {"text": each.original}]
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


def _item(words: DocumentText, each: ItemText, numbers: Numbers) -> list[Cell]:
    title = _titled(words, each.title)
    beside = [str(title["note"]), each.closed, each.case]
    title["note"] = "\n".join(part for part in beside if part)
    number = numbers.get(each.ballot, "") if each.ballot else ""
    decided = words.t("decisions.decision_number", number=number) if number else ""
    quoted = words.quoted(each.said) if each.said else ""
    how: Cell = {"text": each.outcome}
    how["note"] = "\n".join(part for part in (decided, each.figures, quoted) if part)
    first: list[Cell] = [{"text": each.place}] if each.place else []
    return [*first, title, how]


def _titled(words: DocumentText, title: Shown) -> Cell:
    """A title; one that does not exist in the language of the paper says in which it is."""
    if not title.is_original:
        return {"text": title.text, "note": ""}
    note = words.t("meetings.original", language=language_name(title.lang, words.lang))
    return {"text": title.text, "lang": title.lang, "note": note}


def _there(each: AttendeeText) -> list[Cell]:
    standing: Cell = {"text": each.standing, "note": each.hours}
    return [{"text": each.country}, standing, {"text": each.person}]
