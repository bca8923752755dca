"""The dossier holds the reviews for the offices that read them, and for nobody else."""

from __future__ import annotations

from io import BytesIO

import pytest
from pypdf import PdfReader

from ricomi_workflow.documents.dossier import dossier_pdf, read_dossier
from tests.support.reviewing import Panel
from tests.support.story import APPLICANT, SECRETARIAT

SAID = {
    "es": ("Evaluaciones técnicas", "Evaluación dada", "Claridad"),
    "en": ("Technical reviews", "Review given", "Clarity"),
    "pt": ("Avaliações técnicas", "Avaliação dada", "Clareza"),
    "fr": ("Évaluations techniques", "Évaluation donnée", "Clarté"),
}


def text_of(panel: Panel, office: str, lang: str) -> str:
    story = panel.story
    made = dossier_pdf(story.services, story.people[office], story.ref, lang)
    pages = PdfReader(BytesIO(made)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


@pytest.mark.parametrize("lang", list(SAID))
def test_the_secretariat_finds_every_review_in_the_dossier(panel: Panel, lang: str) -> None:
    panel.reviewed(Ana=10, Bruno=20)
    found = text_of(panel, SECRETARIAT, lang)
    for words in (*SAID[lang], "Ana", "Bruno", "Sobre clarity."):
        assert words in found, words
    assert ("75.00" if lang == "en" else "75,00") in found


def test_the_applicant_finds_none(panel: Panel) -> None:
    panel.reviewed(Ana=10, Bruno=20)
    found = text_of(panel, APPLICANT, "es")
    assert "Evaluaciones técnicas" not in found
    assert "Sobre clarity." not in found
    with panel.story.services.uow.read() as connection:
        reader = panel.story.people[APPLICANT]
        assert (
            read_dossier(connection, panel.story.services, reader, panel.story.ref).reviews is None
        )
