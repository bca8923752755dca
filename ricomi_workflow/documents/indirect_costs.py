"""Indirect cost recovery beside a budget, as papers show it: reckoned, and charged at receipt."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from ricomi_workflow.contributions.indirect_costs import icr_budget_line, icr_rates, rate_label
from ricomi_workflow.documents.elements import Block, para
from ricomi_workflow.documents.labels import DocumentText
from ricomi_workflow.fund.rules import SourceShares
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.localization import formats


def icr_blocks(words: DocumentText, financing: SourceShares, asked_at: datetime) -> Iterator[Block]:
    """The line beside what `financing` pays, at the rates of the day of the request.

    Nothing for a budget that nobody pays, or whose sources the reader may not know.
    """
    if not financing:
        return
    day = words.services.calendar.local_day(asked_at)
    made = icr_budget_line(financing, icr_rates(), day)
    rows: list[Json] = []
    for part in made.parts:
        source = words.t(f"fund.source_{part.source}")
        label = words.t("case.icr_part", source=source, rate=rate_label(part.rate, words.lang))
        rows.append(_row("row", label, formats.amount(part.amount, words.lang)))
    whole = formats.amount(made.amount, words.lang)
    yield {
        "kind": "table",
        "caption": words.t("case.icr_caption", day=day),
        "columns": [
            {"text": words.t("papers.financed"), "number": False},
            {"text": words.t("ui.currency"), "number": True},
        ],
        "rows": [*rows, _row("sum", words.t("case.icr_whole"), whole)],
    }
    unsure = "" if made.confirmed else f" {words.t('contributions.icr_unconfirmed')}"
    yield para(words.t("case.icr_note") + unsure, soft=True)


def _row(kind: str, label: str, figure: str) -> Json:
    return {"kind": kind, "cells": [{"text": label}, {"text": figure}]}
