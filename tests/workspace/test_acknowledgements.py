"""The letter that acknowledges a receipt: its facts, in the language of the donor or another."""

from io import BytesIO
from typing import cast

import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from ricomi_workflow.documents.letters import letter_language
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.text import LANGUAGES
from tests.support.office import OfficeHouse
from tests.workspace.test_contributions import DAY, EUROS, REVIEW, at, pledged

SAID = {  # 1,000 euros at 1.0825, of which the fund charges 12 %
    "es": (
        "España",
        "1 EUR = US$ 1,0825;",
        "14 de septiembre",
        "US$ 129,90 (12 % del valor",
        "US$ 952,60",
    ),
    "en": (
        "Spain",
        "1 EUR = US$ 1.0825;",
        "14 September",
        "US$ 129.90 (12% of the value",
        "US$ 952.60",
    ),
    "pt": (
        "Espanha",
        "1 EUR = US$ 1,0825;",
        "14 de setembro",
        "US$ 129,90 (12% do valor",
        "US$ 952,60",
    ),
    "fr": (
        "Espagne",
        "1 EUR = 1,0825 $ US",
        "14 septembre",
        "129,90 $ US (12 % de la",
        "952,60 $ US",
    ),
}


def received(house: OfficeHouse) -> tuple[str, str]:
    """A receipt of euros under an agreement; answer the contribution and the receipt."""
    ref = pledged(house)
    visitor = at(house, f"contributions/{ref}/receipt")
    visitor.press(REVIEW, {**EUROS, "rate": "1,0825", "received_on": DAY, "bank_reference": "E-1"})
    visitor.press("Confirmar: llegaron EUR 1.000")
    page = at(house, f"contributions/{ref}")
    link = next(href for href in page.links().values() if href.endswith("letter.pdf"))
    assert link.startswith("/es/"), "the language of Spain comes first"
    assert not page.page.faults()
    return ref, link


def test_a_letter_tells_the_receipt_in_each_language(house: OfficeHouse) -> None:
    ref, link = received(house)
    reader = house.the(Role.FUND_ADMINISTRATOR)
    for lang in LANGUAGES:
        made = reader.client.get(link.replace("/es/", f"/{lang}/"))
        assert made.content_type == "application/pdf"
        book = PdfReader(BytesIO(made.data))
        told = " ".join(" ".join(page.extract_text() for page in book.pages).split())
        title = house.text("contributions.letter", lang)
        for words in (title, ref, "AGR-2026-0001", "Memorando 7", "Legislación", *SAID[lang]):
            assert words in told, (lang, words, told)
        assert house.text("ui.illustrative", lang) in told
        root = cast("DictionaryObject", book.trailer["/Root"].get_object())
        assert str(cast("DictionaryObject", root["/MarkInfo"].get_object())["/Marked"]) == "True"
        assert str(root["/Lang"]).startswith(lang)
        assert "/StructTreeRoot" in root
        assert made.data == reader.client.get(link.replace("/es/", f"/{lang}/")).data


def test_strangers_and_unknown_receipts_get_no_letter(house: OfficeHouse) -> None:
    _, link = received(house)
    assert house.the(Role.FOCAL_POINT, "PY").client.get(link).status_code in {403, 404}
    unknown = "/es/fund/desk/receipts/REC-2026-9999/letter.pdf"
    assert house.the(Role.FUND_ADMINISTRATOR).client.get(unknown).status_code == 404


@pytest.mark.parametrize(
    ("donor", "lang"),
    [("BR", "pt"), ("HT", "fr"), ("PY", "es"), ("CA", "en"), ("IT", "en"), ("A foundation", "en")],
)
def test_a_letter_is_first_offered_in_the_language_of_its_donor(donor: str, lang: str) -> None:
    assert letter_language(donor) == lang
