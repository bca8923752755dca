"""The elements of a document as plain data, which the template of the typesetter draws.

`DocumentText` gives their texts in one language and in the time of the Secretariat.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.audit_text import AuditText
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.text import Shown, show
from ricomi_workflow.localization import formats
from ricomi_workflow.localization.submission_text import (
    ReadField,
    ReadSection,
    ReadTable,
    SubmissionText,
)


@dataclass(frozen=True, slots=True)
class DocumentText:
    """One language, with the texts and lists of the product."""

    services: Services
    lang: str

    @property
    def reader(self) -> SubmissionText:
        """Who reads forms in this language."""
        return SubmissionText(self.lang, self.services.lookups)

    @property
    def teller(self) -> AuditText:
        """Who tells what was done."""
        return AuditText(self.services.texts, self.lang, self.services.calendar.zone)

    def t(self, key: str, **params: object) -> str:
        """The sentence `key`, amounts and days written in it."""
        return self.teller.t(key, **params)

    def at(self, moment: datetime) -> str:
        """An instant with its place."""
        return formats.instant_at(moment, self.lang, self.services.calendar.zone)

    def briefly(self, moment: datetime) -> str:
        """An instant in short."""
        return formats.instant(moment, self.lang, self.services.calendar.zone)

    def country(self, code: str) -> str:
        """The name of a country."""
        return formats.country(code, self.lang)

    def countries(self, codes: Sequence[str]) -> str:
        """The names of countries in a sentence."""
        return formats.list_text(sorted(self.country(code) for code in codes), self.lang)

    def title(self, title: Mapping[str, str] | None) -> Shown:
        """The title of a case, or the words for one that has none yet."""
        if title:
            return show(title, self.lang)
        return Shown(self.t("case.untitled"), self.lang, is_original=False)

    def quoted(self, text: str) -> str:
        """A text in the quotation marks of the language."""
        return self.t("ui.quoted", text=text)


Block = Mapping[str, Json]
Document = Mapping[str, Json]
Translate = Callable[..., str]


def compose_document(
    t: Translate,
    title: Shown,
    label: str,
    body: Iterable[Block],
    *,
    ref: str,
    made: str,
    illustrative: bool,
    exercise: bool = False,
) -> dict[str, Json]:
    """A document as data for the typesetter, in the language of `t`.

    `title.lang` is that of the title; `made` an instant, ISO 8601.
    """
    mark = "exercise.mark" if exercise else "ui.illustrative" if illustrative else ""
    return {
        "ref": ref,
        "label": label,
        "title": title.text,
        "title_lang": title.lang,
        "made": made,
        "mark": t(mark) if mark else "",
        "page_of": t("documents.page_of", page="{page}", pages="{pages}"),
        "author": t("ui.role_secretariat"),
        "contents": "",
        "cover": [],
        "body": list(body),
    }


def heading(text: str, level: int = 1) -> Block:
    """A heading; level 1 begins a part of a dossier."""
    return {"kind": "heading", "level": level, "text": text}


def para(text: str, *, soft: bool = False) -> Block:
    """A paragraph; `soft` for what is said about the paper itself."""
    return {"kind": "para", "text": text, "soft": soft}


def facts(pairs: Iterable[tuple[str, str]]) -> Block:
    """Names with what they are, side by side."""
    return {"kind": "facts", "pairs": [[name, value] for name, value in pairs if value]}


def table(
    caption: str, columns: Sequence[tuple[str, bool]], rows: Iterable[Sequence[str]]
) -> Block:
    """Rows of cells under named columns; a column of numbers stands to the right."""
    return {
        "kind": "table",
        "caption": caption,
        "columns": [{"text": text, "number": number} for text, number in columns],
        "rows": [{"kind": "row", "cells": [{"text": cell} for cell in row]} for row in rows],
    }


def sections(found: Iterable[ReadSection], words: DocumentText, level: int) -> list[Block]:
    """A form as it is read: a heading a section, a block an answer."""
    blocks: list[Block] = []
    for section in found:
        blocks.append(heading(section.label, level))
        blocks += [_answer(field, words) for field in section.fields]
    return blocks


def _answer(field: ReadField, words: DocumentText) -> Block:
    if field.table:
        return _table(field.label, field.table, words)
    return {"kind": "answer", "label": field.label, "text": field.text.text} | _tongue(
        field.text, words
    )


def _tongue(text: Shown, words: DocumentText) -> dict[str, Json]:
    """The language of a text that does not exist in the reader's, and the note that says so."""
    if not text.is_original:
        return {"lang": words.lang, "note": ""}
    return {"lang": text.lang, "note": words.t(f"ui.original_{text.lang}")}


def _table(label: str, read: ReadTable, words: DocumentText) -> Block:
    rows: list[Json] = []
    empty = len(read.columns) - 2
    for group in read.groups:
        if group.label:
            cells = [group.label, *[""] * empty, group.subtotal]
            rows.append({"kind": "group", "cells": [{"text": cell} for cell in cells]})
        for row in group.rows:
            first: dict[str, Json] = {"text": row.name, "note": row.note}
            rows.append({"kind": "row", "cells": [first, *[{"text": c} for c in row.cells]]})
    if any(column.total for column in read.columns):
        sums = [words.t("ui.total"), *[column.total for column in read.columns[1:]]]
        rows.append({"kind": "sum", "cells": [{"text": cell} for cell in sums]})
    return {
        "kind": "table",
        "caption": f"{label} ({words.t('ui.in_dollars')})" if read.in_money else label,
        "columns": [{"text": c.label, "number": c.number} for c in read.columns],
        "rows": rows,
    }
