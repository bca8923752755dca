"""Every act of a trail can be told, in every language, whoever asks: a page, a program, a paper."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ricomi_workflow.audit.rules import FIRST_HEAD, Entry
from ricomi_workflow.cases.audit_text import AuditText
from ricomi_workflow.definitions.library import load
from ricomi_workflow.definitions.texts import load_texts
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.text import LANGUAGES

NOW = datetime(2026, 9, 14, 14, 0, tzinfo=UTC)
TEXTS = load_texts()
WORKFLOW = load().workflows["cooperation_request/v1"]
TOLD = [key.removeprefix("case.act_") for key in TEXTS.keys("case") if ".act_" in key]


def entry(act: str, **detail: Json) -> Entry:
    """An act that moved nothing."""
    return Entry(
        7, NOW, 1, "focal_point:PY", act, "submitted", "submitted", None, None, detail, FIRST_HEAD
    )


def teller(lang: str) -> AuditText:
    """Who tells it in the time of Washington."""
    return AuditText(TEXTS, lang, "America/New_York")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_sentence_asks_for_what_the_teller_does_not_know(lang: str) -> None:
    for name in TOLD:
        act = name.replace("_", ".", 1) if name != "other" else "of.another.day"
        assert teller(lang).act(WORKFLOW, entry(act)), act


def test_a_document_is_named_and_a_restricted_one_is_not() -> None:
    open_, kept = {"name": "nota.pdf"}, {"name": "nota.pdf", "access": "restricted"}
    es = teller("es")
    assert es.act(WORKFLOW, entry("file.added", file=open_)) == "Documento añadido: nota.pdf"
    assert "nota.pdf" in es.act(WORKFLOW, entry("file.removed", removed=open_))
    assert "nota.pdf" not in es.act(WORKFLOW, entry("file.added", file=kept))


def test_a_stand_in_is_named_with_the_person_they_stand_in_for() -> None:
    told = teller("en").who(entry("case.submit", acted_for={"by": "Ana Ruiz", "name": "Luis Paz"}))
    assert "Ana Ruiz" in told
    assert "Luis Paz" in told
    assert "Focal point, Paraguay" in told
