"""Comments and assignments through the pages: written, read by their audience, undone."""

import pytest

from ricomi_workflow.identity.commands import add_user, give_role
from ricomi_workflow.identity.queries import find_actor
from ricomi_workflow.kernel.actors import SYSTEM, Actor, Role
from ricomi_workflow.messaging.queries import list_inbox
from tests.support.office import OfficeHouse
from tests.support.visitor import Visitor

WORDS = {
    "secretariat": "Conviene llamar al ministerio.",
    "applicant": "Falta la fecha de la visita.",
    "delegations": "Se puede leer el anexo.",
}


def colleague(house: OfficeHouse, name: str = "Ana Pérez") -> Actor:
    """A second person of the Secretariat."""
    today = house.services.calendar.local_day(house.clock.now())
    with house.services.uow.begin(SYSTEM) as tx:
        key = add_user(tx, "ana@ricomi.example", name, "es")
        give_role(tx, key, Role.SECRETARIAT)
    with house.services.uow.read() as connection:
        found = find_actor(connection, key, today)
    assert found is not None
    return found


def say(visitor: Visitor, ref: str, audience: str, *mentions: str) -> Visitor:
    """Write the comment for an audience."""
    visitor.open(f"/es/cases/{ref}/comments?audience={audience}")
    values = {"body": WORDS[audience]} | ({"mentions": list(mentions)} if mentions else {})
    return visitor.press("Publicar el comentario", values)


def test_each_comment_reaches_its_audience_and_no_page_of_others(house: OfficeHouse) -> None:
    ref = house.before_the_committee()
    secretariat = house.the(Role.SECRETARIAT)
    for audience in WORDS:
        say(secretariat, ref, audience)
    internal, shared, everybody = WORDS.values()
    readers = {
        (Role.SECRETARIAT, ""): [internal, shared, everybody],
        (Role.FOCAL_POINT, "PY"): [shared, everybody],
        (Role.INSTITUTION_USER, "PY"): [shared, everybody],
        (Role.FOCAL_POINT, "BR"): [everybody],
        (Role.CEAM_DELEGATE, "UY"): [everybody],
        (Role.AUDITOR, ""): [],
        (Role.FUND_ADMINISTRATOR, ""): [],
    }
    for (role, country), expected in readers.items():
        visitor = house.the(role, country)
        for path in (f"/es/cases/{ref}", f"/es/cases/{ref}/comments"):
            visitor.open(path)
            seen = [words for words in WORDS.values() if words in visitor.source]
            assert seen == expected, (role, country, path)
    assert house.the(Role.AUDITOR).open(f"/es/cases/{ref}/comments").status == 404


def test_the_picker_names_only_who_may_read_and_tells_them(house: OfficeHouse) -> None:
    ref = house.submitted()
    ana = colleague(house)
    focal = house.actor(Role.FOCAL_POINT, "PY")
    secretariat = house.the(Role.SECRETARIAT)
    secretariat.open(f"/es/cases/{ref}/comments?audience=secretariat")
    assert ana.name in secretariat.text
    assert focal.name not in secretariat.text
    say(secretariat, ref, "applicant", str(focal.user_id))
    assert f"Para: {focal.name}" in secretariat.text
    with house.services.uow.read() as connection:
        letters = list_inbox(connection, focal.user_id or 0)
    assert letters[0].name == "comment_mention"
    reader = house.the(Role.FOCAL_POINT, "PY").open("/es/inbox")
    assert "le menciona en un comentario" in reader.text
    assert WORDS["applicant"] not in reader.text
    partner = house.the(Role.FOCAL_POINT, "BR").open(f"/es/cases/{ref}/comments?audience=applicant")
    assert "Visible para las delegaciones." in partner.text  # not theirs: the one that is
    assert "Compartido con el solicitante" not in partner.text


def test_what_was_typed_stays_when_it_is_refused(house: OfficeHouse) -> None:
    ref = house.submitted()
    visitor = house.the(Role.SECRETARIAT).open(f"/es/cases/{ref}/comments")
    visitor.press("Publicar el comentario", {"body": "   "})
    assert visitor.status == 422
    assert "El comentario no se publicó" in visitor.text
    visitor.press("Publicar el comentario", {"body": "x" * 4001})
    assert "El texto tiene 4.001 caracteres y el máximo es 4.000." in visitor.text
    assert "x" * 4001 in visitor.source


def test_a_comment_is_withdrawn_with_a_reason(house: OfficeHouse) -> None:
    ref = house.submitted()
    visitor = house.the(Role.FOCAL_POINT, "PY")
    say(visitor, ref, "applicant").follow("Retirar")
    visitor.press("Confirmar: retirar el comentario", {"reason": ""})
    assert visitor.status == 422
    visitor.press("Confirmar: retirar el comentario", {"reason": "Era de otro caso."})
    for reader in (visitor, house.the(Role.SECRETARIAT).open(f"/es/cases/{ref}")):
        assert "Razón: Era de otro caso." in reader.text
        assert WORDS["applicant"] not in reader.source
    assert house.the(Role.FOCAL_POINT, "BR").open(f"/es/cases/{ref}/comments").status == 200


def test_a_case_is_taken_and_given_back_on_its_page(house: OfficeHouse) -> None:
    ref = house.submitted()
    ana = colleague(house)
    visitor = house.the(Role.SECRETARIAT).open(f"/es/cases/{ref}")
    assert "Nadie lo lleva todavía." in visitor.text
    visitor.press("Hacerme cargo")
    assert "Lo lleva usted desde el 14 sept." in visitor.text
    assert "Lo lleva usted desde el 14 sept." in visitor.open("/es/work").text
    assert ref in visitor.open("/es/cases?hand=me").text
    visitor.open(f"/es/cases/{ref}").follow("Asignar a otra persona")
    visitor.press("Asignar")
    assert visitor.errors() == ["Falta este dato. Escríbalo o elija una respuesta."]
    visitor.press("Asignar", {"person": str(ana.user_id), "message": "Por favor."})
    assert f"Lo lleva {ana.name} (Secretaría Técnica) desde el 14 sept." in visitor.text
    assert ana.name not in house.the(Role.FOCAL_POINT, "PY").open(f"/es/cases/{ref}").source
    visitor.open(f"/es/cases/{ref}/assignment").press("Devolverlo a la oficina")
    visitor.open(f"/es/cases/{ref}/assignment")
    assert "lo devolvió a la oficina (Secretaría Técnica)." in visitor.text
    assert "«Por favor.»" in visitor.text


def test_an_office_that_is_not_waited_for_has_nothing_to_assign(house: OfficeHouse) -> None:
    ref = house.submitted()
    visitor = house.the(Role.FOCAL_POINT, "PY").open(f"/es/cases/{ref}")
    assert "Hacerme cargo" not in visitor.buttons()
    assert "no hay nada que asignar" in visitor.open(f"/es/cases/{ref}/assignment").text


@pytest.mark.parametrize("lang", ["es", "en", "pt", "fr"])
def test_the_pages_speak_four_languages(house: OfficeHouse, lang: str) -> None:
    ref = house.submitted()
    visitor = house.the(Role.SECRETARIAT)
    say(visitor, ref, "applicant")
    visitor.open(f"/es/cases/{ref}").press("Hacerme cargo")
    for path in ("", "/comments", "/assignment", "/comments/applicant/1/withdraw"):
        assert visitor.open(f"/{lang}/cases/{ref}{path}").status == 200, path
