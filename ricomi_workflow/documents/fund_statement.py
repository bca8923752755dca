"""A statement of the fund set in type: the figures of the screen, with their day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from ricomi_workflow.documents.elements import Block, para
from ricomi_workflow.documents.typesetting import pdf
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.localization import formats
from ricomi_workflow.statements.labels import StatementLabels
from ricomi_workflow.statements.rules import Breakdown, Row


def statement_pdf(cut: Breakdown, words: StatementLabels, made: datetime) -> bytes:
    """The statement `cut` as a PDF, in the language of `words`."""
    return pdf(
        {
            "lang": words.lang,
            "ref": cut.as_of.isoformat(),
            "label": words.title(cut),
            "title": words.t("public.fund_title"),
            "title_lang": words.lang,
            "made": made.isoformat(),
            "mark": words.t("ui.illustrative") if cut.illustrative else "",
            "page_of": words.t("papers.page_of", page="{page}", pages="{pages}"),
            "author": words.t("ui.role_secretariat"),
            "contents": "",
            "cover": [],
            "body": list(_body(cut, words)),
        }
    )


def _body(cut: Breakdown, words: StatementLabels) -> Iterator[Block]:
    heads = [words.t(f"statements.of_{cut.name}"), *map(words.column, cut.columns)]
    rows = [_row(cut, row, words, "row") for row in cut.rows]
    if cut.sums:
        rows.append(_row(cut, cut.sums, words, "sum"))
    if not rows:
        yield para(words.t("statements.empty"))
        return
    yield {
        "kind": "table",
        "caption": words.caption(cut),
        "columns": [{"text": text, "number": n > 0} for n, text in enumerate(heads)],
        "rows": rows,
    }
    if foot := words.foot(cut):
        yield para(foot, soft=True)


def _row(cut: Breakdown, row: Row, words: StatementLabels, kind: str) -> Json:
    first = {"text": words.row(cut, row).text, "note": words.note(cut, row)}
    figures = [{"text": formats.amount(figure.amount, words.lang)} for figure in row.figures]
    return {"kind": kind, "cells": [first, *figures]}
