"""The ageing list of advances: who reads it, and in which languages."""

import pytest

from ricomi_workflow.kernel.actors import Role
from tests.support.office import OfficeHouse


@pytest.mark.parametrize(
    ("role", "lang", "words"),
    [
        (Role.AUDITOR, "es", "Ninguna institución tiene anticipos por rendir."),
        (Role.CERTIFYING_OFFICER, "en", "No institution holds an advance"),
        (Role.SECRETARIAT, "pt", "Nenhuma instituição tem adiantamentos a comprovar."),
        (Role.FUND_ADMINISTRATOR, "fr", "Aucune institution n'a d'avance à justifier."),
    ],
)
def test_those_who_keep_the_fund_read_it_in_each_language(
    house: OfficeHouse, role: Role, lang: str, words: str
) -> None:
    visitor = house.the(role, lang=lang).open(f"/{lang}/fund/advances")
    assert visitor.status == 200
    assert words in visitor.text
    assert not visitor.page.faults()


def test_nobody_else_does(house: OfficeHouse) -> None:
    assert house.the(Role.FOCAL_POINT, "PY").open("/es/fund/advances").status in {403, 404}
