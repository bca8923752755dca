"""A State confirms public facts or says what it holds instead, and everybody reads both."""

import html
import re
from typing import cast

import pytest
from sqlalchemy import select

from ricomi_workflow.catalogue.confirmation_commands import PAGE
from ricomi_workflow.catalogue.confirmations import AWAITS
from ricomi_workflow.catalogue.models import catalogue_entry, catalogue_facet
from ricomi_workflow.kernel.actors import Role
from tests.api.client import Api, answer, problem
from tests.support.office import OfficeHouse
from tests.support.product import Stage

WAITING = {
    "es": ("Datos por confirmar", "Confirmar todos los datos", "Algo no es así"),
    "en": ("Facts to confirm", "Confirm all facts", "Something is not so"),
    "pt": ("Dados por confirmar", "Confirmar todos os dados", "Algo não é assim"),
    "fr": ("Données à confirmer", "Confirmer toutes les données", "Quelque chose n'est pas exact"),
}


def test_both_sides_confirm_and_one_takes_it_back(house: OfficeHouse) -> None:
    ref = house.executing()
    asking = house.the(Role.FOCAL_POINT, "PY").open("/es/work").follow("Datos por confirmar")
    assert (ref in asking.text, asking.page.faults()) == (True, [])
    asking.open(f"/es/cases/{ref}").follow("Datos públicos del proyecto")
    assert "Usted habla por Paraguay." in asking.text
    assert asking.page.faults() == []
    asking.press("Confirmar todos los datos")
    assert "Su Estado confirmó los datos." in asking.text
    assert "Confirmar todos los datos" not in asking.buttons()
    assert ref not in asking.open("/es/facts").text
    public = house.the(Role.SECRETARIAT, lang="en").open(f"/en/catalogue/{ref}")
    assert "Reported by Paraguay" in public.text

    other = house.the(Role.FOCAL_POINT, "BR", "pt").open(f"/pt/cases/{ref}/facts")
    other.press("Enviar o que diverge")
    assert other.status == 422
    assert other.errors() == [house.text("validation.nothing_differs", "pt")]
    other.press("Enviar o que diverge", {"amount": "1.500,00", "note": "O convênio."})
    assert "Custo, em dólares" in other.text
    assert "Brasil diz: " in other.text
    for path in (f"/en/catalogue/{ref}", "/en/catalogue?confirmation=disputed"):
        assert "Disputed by Brazil" in public.open(path).text, path
        assert public.page.faults() == []
    assert "1,500" in public.open(f"/en/catalogue/{ref}").text
    other.open(f"/pt/cases/{ref}/facts").press("Confirmar todos os dados")
    assert "Confirmed by all sides" in public.open(f"/en/catalogue/{ref}").text
    assert [act for act in house.acts(ref) if act.startswith("facts.")] == [
        "facts.confirmed",
        "facts.disputed",
        "facts.confirmed",
    ]
    assert "Brasil confirmó los datos públicos" in asking.open(f"/es/cases/{ref}").text


@pytest.mark.parametrize("lang", WAITING)
def test_the_pages_speak_each_language(house: OfficeHouse, lang: str) -> None:
    ref = house.executing()
    waiting, confirm, dispute = WAITING[lang]
    visitor = house.the(Role.FOCAL_POINT, "BR", lang).open(f"/{lang}/facts")
    assert visitor.heading == waiting
    visitor.open(f"/{lang}/cases/{ref}/facts")
    assert confirm in visitor.buttons()
    assert dispute in visitor.text
    assert visitor.page.faults() == []


def test_however_many_wait_each_is_on_one_page_of_the_list(house: OfficeHouse) -> None:
    ref = house.executing()
    with house.services.uow.engine.begin() as connection:
        named = select(catalogue_entry).where(catalogue_entry.c.ref == ref)
        row = connection.execute(named).mappings().one()
        copies = [
            {**row, "entry_id": number, "ref": f"RICOMI-2025-{number:04}"}
            for number in range(1, 2 * PAGE + 1)
        ]
        waits = [{"facet": AWAITS, "value": "BR", "entry_id": n["entry_id"]} for n in copies]
        connection.execute(catalogue_entry.insert(), copies)
        connection.execute(catalogue_facet.insert(), waits)
    visitor, seen = house.the(Role.FOCAL_POINT, "BR").open("/es/facts"), list[str]()
    seen += re.findall(r"/es/cases/(RICOMI[^/]+)/facts", visitor.source)
    for _ in range(2):
        following = re.search(r'href="([^"]+)" rel="next"', visitor.source)
        assert following
        visitor.open(html.unescape(following[1]))
        seen += re.findall(r"/es/cases/(RICOMI[^/]+)/facts", visitor.source)
    assert 'rel="next"' not in visitor.source
    assert sorted(seen) == sorted([ref, *(str(copy["ref"]) for copy in copies)])
    assert visitor.open("/es/facts?after=x").status == 422


def test_what_somebody_else_changed_meanwhile_is_shown_before_it_counts(house: OfficeHouse) -> None:
    ref = house.executing()
    visitor = house.the(Role.FOCAL_POINT, "BR").open(f"/es/cases/{ref}/facts")
    visitor.press("Confirmar todos los datos", {"_seen": "0" * 64})
    assert (visitor.status, ref in visitor.open("/es/facts").text) == (409, True)
    early = house.the(Role.FOCAL_POINT, "PY").open(f"/es/cases/{house.submitted()}")
    assert "Datos públicos del proyecto" not in early.links()
    assert early.open(f"{early.path}/facts").status == 404
    secretariat = house.the(Role.SECRETARIAT).open(f"/es/cases/{ref}/facts")
    assert secretariat.buttons() == []


def test_a_page_left_open_does_not_take_back_a_newer_word_of_the_same_state(
    house: OfficeHouse,
) -> None:
    ref = house.executing()
    stale = house.the(Role.FOCAL_POINT, "BR").open(f"/es/cases/{ref}/facts")
    fresh = house.the(Role.FOCAL_POINT, "BR", "pt").open(f"/pt/cases/{ref}/facts")
    fresh.press("Enviar o que diverge", {"amount": "1.500,00"})
    stale.press("Confirmar todos los datos")
    assert (stale.status, house.text("confirmation.overtaken", "es") in stale.text) == (409, True)
    assert "Según Brasil: " in stale.text  # what it says of itself now
    fresh.press("Enviar o que diverge", {"amount": "1.500,00"})  # sent twice: said once
    assert [act for act in house.acts(ref) if act.startswith("facts.")] == ["facts.disputed"]
    stale.press("Confirmar todos los datos")
    assert stale.status == 200


def test_a_program_reads_the_facts_and_speaks_for_its_state(house: OfficeHouse) -> None:
    ref = house.executing()
    api = Api(house.app, cast("Stage", house))
    path, actor = f"/cases/{ref}/facts", house.actor(Role.FOCAL_POINT, "BR")
    read = answer(api.get(path, actor))
    assert (read["confirmation"], read["facts"]["countries"]) == ("reported", ["BR", "PY"])
    word = {"answer": "disputed", "digest": read["digest"], "differs": {"amount": "x", "page": 1}}
    told = problem(api.post(path, actor, word), 422, "invalid")
    assert {f["path"]: f["code"] for f in told["fields"]} == {
        "amount": "not_money",
        "page": "unknown",
    }
    word["differs"] = {"amount": "9.5", "start_date": "2027-02-03"}
    assert answer(api.post(path, actor, word))["confirmation"] == "disputed"
    entry = answer(api.get(f"/catalogue/{ref}"))
    assert entry["confirmation"] == "disputed"
    assert entry["answers"][1]["differs"] == {"amount": "9.50", "start_date": "2027-02-03"}
    problem(api.post(path, house.actor(Role.SECRETARIAT), word), 403, "forbidden")
