"""What is charged beside a budget, on the page of its case: reckoned, and never in its cost."""

import pytest

from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.text import LANGUAGES
from tests.support.office import OfficeHouse

SAID = {  # 8,968 of member states at 11 %
    "es": ("11 % de lo que se recibe 1.108,40", "Además del costo US$ 1.108,40", "por confirmar"),
    "en": ("11% of what is received 1,108.40", "On top of the cost US$ 1,108.40", "unconfirmed"),
    "pt": ("11% do que se recebe 1.108,40", "Além do custo US$ 1.108,40", "por confirmar"),
    "fr": ("11 % de ce qui est reçu 1 108,40", "En plus du coût $ US 1 108,40", "à confirmer"),
}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_money_of_a_case_tells_what_is_charged_beside_it(house: OfficeHouse, lang: str) -> None:
    ref = house.submitted()
    visitor = house.the(Role.FOCAL_POINT, "PY", lang).open(f"/{lang}/cases/{ref}")
    [section] = [
        part
        for part in visitor.page.find("section")
        if part.attributes.get("aria-labelledby") == "money"
    ]
    told = " ".join(section.whole_text().split())
    day = house.text("case.icr_caption", lang, day="|").partition("|")[0].strip()
    for words in (day, *SAID[lang], house.text("case.icr_note", lang)):
        assert words in told, (words, told)
    assert not visitor.page.faults()


def test_a_case_that_nobody_pays_yet_is_charged_nothing(house: OfficeHouse) -> None:
    ref = house.opened()
    visitor = house.the(Role.FOCAL_POINT, "PY").open(f"/es/cases/{ref}")
    assert house.text("case.icr_whole", "es") not in visitor.text
