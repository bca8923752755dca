"""A form as a workbook through its page: out, back, asked about, refused; and papers as PDF."""

from __future__ import annotations

from io import BytesIO

import pytest
from pypdf import PdfReader
from werkzeug.test import TestResponse

from ricomi_workflow.kernel.actors import Role
from tests.offline_forms.workbook import Filled
from tests.support.office import OfficeHouse
from tests.support.visitor import Visitor
from tests.web.markup import Markup

LANGUAGES = ("es", "en", "pt", "fr")


def page_of(ref: str, lang: str = "es") -> str:
    return f"/{lang}/cases/{ref}/packets/request"


def downloaded(visitor: Visitor, ref: str, lang: str = "es", query: str = "") -> bytes:
    """The workbook as the link gives it."""
    answer = visitor.client.get(f"{page_of(ref, lang)}.xlsx{query}")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    return bytes(answer.data)


def brought(visitor: Visitor, ref: str, data: bytes, lang: str = "es") -> TestResponse:
    """The workbook uploaded on its page."""
    visitor.open(page_of(ref, lang))
    [token] = {n.attributes["value"] for n in visitor.page.find("input", name="csrf_token")}
    sent = {"csrf_token": token, "file": (BytesIO(data), "form.xlsx")}
    answer = visitor.client.post(page_of(ref, lang), data=sent, content_type="multipart/form-data")
    visitor.source, visitor.page, visitor.status = (
        answer.text,
        Markup(answer.text),
        answer.status_code,
    )
    visitor.path = page_of(ref, lang)
    return answer


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_workbook_is_filled_in_and_taken_in(house: OfficeHouse, lang: str) -> None:
    ref = house.opened()
    visitor = house.the(Role.INSTITUTION_USER, "PY", lang)
    visitor.open(f"/{lang}/cases/{ref}/forms/request")
    assert visitor.links()[house.text("offline_form.title", lang)].endswith("/packets/request")
    data = Filled(downloaded(visitor, ref, lang)).write({"months": 7, "title.es": "X"}).saved()
    brought(visitor, ref, data, lang)
    assert visitor.status == 200
    assert house.text("offline_form.taken_in", lang, n=2) in visitor.text
    assert not visitor.page.faults()
    brought(visitor, ref, data, lang)
    assert house.text("offline_form.already", lang, at="").partition(" 2")[0][:12] in visitor.text
    visitor.open(f"/{lang}/cases/{ref}/forms/request/activities")
    assert 'value="7"' in visitor.source


def test_two_answers_to_one_field_are_both_shown_and_one_is_chosen(house: OfficeHouse) -> None:
    ref = house.opened()
    institution = house.the(Role.INSTITUTION_USER, "PY")
    blank = downloaded(institution, ref)
    data = Filled(blank).write({"months": 7, "problem": "Uno", "contact": "Luz"}).saved()
    focal = house.the(Role.FOCAL_POINT, "PY")
    focal.open(f"/es/cases/{ref}/forms/request/activities")
    focal.press("Guardar borrador", {"months": "9"})
    focal.open(f"/es/cases/{ref}/forms/request/institutions")
    focal.press("Guardar borrador", {"contact": "Ana"})
    brought(institution, ref, data)
    assert institution.status == 409
    assert "Nada se ha guardado aún" in institution.text
    assert {"Ana", "Luz"} <= set(institution.text.split())
    assert not institution.page.faults()
    institution.press("Guardar lo elegido", {"choice.months": "mine"})
    assert institution.status == 409
    assert institution.errors() == ["Elija una de las dos respuestas."]
    institution.press("Guardar lo elegido", {"choice.contact": "theirs"})
    assert institution.status == 200
    assert "Se incorporaron 2 respuestas al borrador." in institution.text
    institution.open(f"/es/cases/{ref}/forms/request/activities")
    assert 'value="7"' in institution.source
    institution.open(f"/es/cases/{ref}/forms/request/institutions")
    assert 'value="Ana"' in institution.source


def test_a_packet_for_a_case_that_moved_on_is_shown_beside_it(house: OfficeHouse) -> None:
    ref = house.opened()
    visitor = house.the(Role.INSTITUTION_USER, "PY")
    data = Filled(downloaded(visitor, ref)).write({"months": 11, "contact": "Luz"}).saved()
    visitor.open(page_of(ref))
    token = visitor.page.find("input", name="csrf_token")[0].attributes["value"]
    house.act(ref, Role.FOCAL_POINT, "submit", "PY", inputs=house.request())
    sent = {"csrf_token": token, "file": (BytesIO(data), "form.xlsx")}
    answer = visitor.client.post(page_of(ref), data=sent, content_type="multipart/form-data")
    assert answer.status_code == 409
    assert "El caso siguió adelante" in answer.text
    assert "Luz" in answer.text
    assert not Markup(answer.text).faults()
    assert house.answered(ref, "request")["contact"] != "Luz"


def test_what_is_no_packet_is_refused_with_what_to_do(house: OfficeHouse) -> None:
    ref = house.opened()
    visitor = house.the(Role.INSTITUTION_USER, "PY")
    brought(visitor, ref, b"nothing of the kind")
    assert visitor.status == 409
    assert "packet_unreadable" in visitor.codes()
    assert not visitor.page.faults()
    brought(visitor, ref, b"")
    assert visitor.status == 422
    assert visitor.errors() == ["Elija un archivo."]
    assert not visitor.page.faults()


def test_a_wrong_cell_is_named_on_the_page(house: OfficeHouse) -> None:
    ref = house.opened()
    visitor = house.the(Role.INSTITUTION_USER, "PY")
    book = Filled(downloaded(visitor, ref)).write({"months": "siete"})
    brought(visitor, ref, book.saved())
    assert f"Celda {book.address('months')}" in visitor.text
    assert not visitor.page.faults()


def test_a_blank_workbook_holds_no_answers(house: OfficeHouse) -> None:
    ref = house.opened()
    visitor = house.the(Role.INSTITUTION_USER, "PY")
    visitor.open(f"/es/cases/{ref}/forms/request/activities")
    visitor.press("Guardar borrador", {"months": "9"})
    assert Filled(downloaded(visitor, ref)).place("months").value == 9
    assert Filled(downloaded(visitor, ref, query="?blank=1")).place("months").value is None


def test_strangers_get_neither_workbook_nor_paper(house: OfficeHouse) -> None:
    ref = house.under_review()
    stranger = house.the(Role.FOCAL_POINT, "AR")
    for path in ("packets/request.xlsx", "dossier.pdf", "dossier/request/1.pdf"):
        assert stranger.client.get(f"/es/cases/{ref}/{path}").status_code == 404


@pytest.mark.parametrize("lang", LANGUAGES)
def test_papers_are_downloaded_from_the_case(house: OfficeHouse, lang: str) -> None:
    ref = house.under_review()
    visitor = house.the(Role.SECRETARIAT, lang=lang).open(f"/{lang}/cases/{ref}")
    whole = visitor.client.get(visitor.links()[house.text("documents.everything", lang)])
    assert whole.content_type == "application/pdf"
    assert ref in PdfReader(BytesIO(whole.data)).pages[0].extract_text()
    visitor.open(f"/{lang}/cases/{ref}/dossier/request/1")
    one = visitor.client.get(visitor.links()[house.text("documents.this_pdf", lang)])
    assert one.headers["Content-Disposition"].endswith(f'{ref}-request-1-{lang}.pdf"')
    assert len(PdfReader(BytesIO(one.data)).pages) >= 1
