"""Calls in the browser: announced by the Secretariat, read by all, asked about, applied to."""

import re

from ricomi_workflow.cases.commands import open_case
from ricomi_workflow.kernel.actors import NETWORK, Role
from ricomi_workflow.kernel.canonical import Json
from tests.support.calls import day, terms
from tests.support.office import OfficeHouse
from tests.support.visitor import Visitor


def announced(house: OfficeHouse, **changes: Json) -> str:
    """A call that is announced and opens tomorrow."""
    with house.services.uow.begin(house.actor(Role.SECRETARIAT)) as tx:
        ref = open_case(tx, house.services, "call", NETWORK, illustrative=True).ref
    today = house.services.calendar.local_day(house.clock.now())
    house.act(ref, Role.SECRETARIAT, "announce", inputs=terms(today, **changes))
    return ref


def test_the_secretariat_opens_the_case_of_a_call_and_finds_its_form(house: OfficeHouse) -> None:
    """What calls have alike is offered as the last one had it; its number and days are not."""
    earlier = announced(house, number="7/2026")
    secretariat = house.the(Role.SECRETARIAT).open("/es/cases/new")
    secretariat.press("Abrir el borrador", {"opening": f"call:{NETWORK}"})
    assert secretariat.path.endswith("/forms/call"), secretariat.path
    assert {"number", "themes", "languages"} <= secretariat.field_names()
    assert earlier in secretariat.text
    assert re.findall(r'name="languages"[^>]* value="(..)"[^>]* checked', secretariat.source) == [
        "es",
        "pt",
    ]
    assert "7/2026" not in secretariat.source


def test_everybody_reads_a_call_in_four_languages(house: OfficeHouse) -> None:
    ref = announced(house)
    visitor = Visitor(house.app)
    for lang, words in (
        ("es", "4 de noviembre de 2026, 17:00 (Washington)"),
        ("en", "Relevance"),
        ("pt", "Um empate é decidido pelo critério “Compromisso das partes”"),
        ("fr", "Aucune règle géographique n'est appliquée"),
    ):
        visitor.open(f"/{lang}/calls/{ref}")
        assert visitor.status == 200
        assert words in visitor.text
    assert visitor.open("/es/calls").status == 200
    assert "Primera convocatoria" in visitor.links()


def test_a_question_and_its_answer_are_read_by_all_without_the_asker(house: OfficeHouse) -> None:
    ref = announced(house)
    asking = house.the(Role.FOCAL_POINT, "PY").open(f"/es/calls/{ref}")
    asking.press("Preguntar", {"text": "¿Se paga el seguro de viaje?"})
    assert "La pregunta quedó publicada." in asking.text
    house.later(minutes=1)
    staff = house.the(Role.SECRETARIAT).open(f"/es/calls/{ref}")
    staff.press("Publicar la respuesta , Pregunta 1", {"answer_1": "Sí, con el pasaje."})
    public = Visitor(house.app).open(f"/es/calls/{ref}")
    assert "Sí, con el pasaje." in public.text
    assert "Paraguay" not in public.text
    assert "Preguntar" not in public.buttons()


def test_an_empty_question_is_refused_at_its_field(house: OfficeHouse) -> None:
    ref = announced(house)
    asking = house.the(Role.FOCAL_POINT, "BR", "pt").open(f"/pt/calls/{ref}")
    asking.press("Perguntar", {"text": " "})
    assert (asking.status, asking.errors()) == (
        422,
        ["Falta este dado. Escreva-o ou escolha uma resposta."],
    )


def test_a_request_is_opened_in_the_call_that_was_chosen(house: OfficeHouse) -> None:
    ref = announced(house)
    focal = house.the(Role.FOCAL_POINT, "PY").open(f"/es/calls/{ref}")
    focal.follow("Abrir un pedido en esta convocatoria")
    assert "Convocatoria 1/2026, hasta el 4 de noviembre de 2026, 17:00 (Washington)" in focal.text
    focal.press("Abrir el borrador", {"opening": "cooperation_request:PY"})
    request = focal.path.split("/")[3]
    assert house.acts(request) == ["case.opened", "call.joined"]


def test_a_rolling_request_is_opened_when_no_call_is_chosen(house: OfficeHouse) -> None:
    announced(house)
    focal = house.the(Role.FOCAL_POINT, "PY").open("/es/cases/new")
    focal.press("Abrir el borrador", {"opening": "cooperation_request:PY", "call": ""})
    assert house.acts(focal.path.split("/")[3]) == ["case.opened"]


def test_who_submits_late_reads_the_exact_close(house: OfficeHouse) -> None:
    ref = announced(house)
    focal = house.the(Role.FOCAL_POINT, "PY").open(f"/es/cases/new?call={ref}")
    focal.press("Abrir el borrador", {"opening": "cooperation_request:PY"})
    request = focal.path.split("/")[3]
    house.later(days=60)
    late = house.the(Role.FOCAL_POINT, "PY").open(f"/es/cases/{request}")
    assert "La convocatoria 1/2026 cerró el 4 de noviembre de 2026, 17:00 (Washington)" in late.text
    assert "call_closed" in late.codes()


def test_an_extension_is_read_by_all_with_its_reason_and_the_earlier_close(
    house: OfficeHouse,
) -> None:
    ref = announced(house)
    today = house.services.calendar.local_day(house.clock.now())
    dates: dict[str, Json] = {"closes_on": day(today, 60), "results_on": day(today, 95)}
    house.act(ref, Role.SECRETARIAT, "extend_call", inputs=dates, reason="Feriados regionales.")
    public = Visitor(house.app).open(f"/es/calls/{ref}")
    assert "Prorrogada para todos. Antes cerraba el 4 de noviembre de 2026, 17:00" in public.text
    assert "Feriados regionales." in public.text
    assert "13 de noviembre de 2026, 17:00 (Washington)" in public.text
