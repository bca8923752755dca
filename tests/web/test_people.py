import re

import pytest
from sqlalchemy import text

from ricomi_workflow.identity.queries import PersonRow, find_user_by_email, list_people
from ricomi_workflow.kernel.actors import Role
from tests.support.network import Network, post
from tests.web.markup import Markup

ADMINISTRATOR = (Role.ADMINISTRATOR, None)
FORM = {
    "name": "Enlace de Chile",
    "email": "enlace.cl@ejemplo.org",
    "lang": "es",
    "role": "focal_point",
    "country": "CL",
}


def row(people: Network, email: str) -> PersonRow:
    with people.services.uow.read() as connection:
        person = find_user_by_email(connection, email)
        assert person is not None
        return list_people(connection, words=person.email)[0]


@pytest.mark.parametrize("path", ["/people", "/people/new"])
@pytest.mark.parametrize("lang", ["es", "en", "pt", "fr"])
def test_the_pages_about_people_are_whole_in_every_language(
    people: Network, path: str, lang: str
) -> None:
    answer = people.client(*ADMINISTRATOR).get(f"/{lang}{path}")
    assert answer.status_code == 200
    assert Markup(answer.text).faults() == []


def test_a_number_that_no_database_holds_is_no_page(people: Network) -> None:
    answer = people.client(*ADMINISTRATOR).get(f"/en/people/{10**30}")
    assert answer.status_code == 404


def test_the_list_meets_everybody_once_page_by_page(people: Network) -> None:
    client, seen, address = people.client(*ADMINISTRATOR), [], "/es/people"
    while address:
        page = Markup(client.get(address).text)
        seen += re.findall(
            r"/es/people/(\d+)", " ".join(n.attributes.get("href", "") for n in page.find("a"))
        )
        onward = [n.attributes["href"] for n in page.find("a", rel="next")]
        address = onward[0] if onward else ""
    with people.services.uow.read() as connection:
        keys = connection.execute(text('SELECT id FROM "user"')).scalars().all()
    assert sorted(map(int, seen)) == sorted(keys)


def test_somebody_is_found_by_a_part_of_the_name(people: Network) -> None:
    page = people.client(*ADMINISTRATOR).get("/es/people?q=auditor").text
    assert "auditoria@ricomi.example" in page
    assert "focal.py@ricomi.example" not in page


def test_a_new_person_gets_an_office_and_an_invitation_in_one_act(people: Network) -> None:
    client = people.client(*ADMINISTRATOR)
    answer = post(client, "/es/people/new", "/es/people/new", **FORM)
    page = client.get(answer.location)
    assert Markup(page.text).faults() == []
    assert "Punto focal, Chile" in page.text
    assert "Aún sin contraseña" in page.text
    with people.services.uow.read() as connection:
        last = connection.execute(text("SELECT name FROM message ORDER BY id DESC")).scalar()
    assert last == "invitation"


def test_a_mistake_adds_nobody_and_keeps_what_was_typed(people: Network) -> None:
    client = people.client(*ADMINISTRATOR)
    answer = post(client, "/es/people/new", "/es/people/new", **{**FORM, "country": ""})
    page = Markup(answer.text)
    assert answer.status_code == 422
    assert page.faults() == []
    assert page.find("input", name="email")[0].attributes["value"] == FORM["email"]
    with people.services.uow.read() as connection:
        assert find_user_by_email(connection, FORM["email"]) is None


def test_an_office_is_given_and_ended_and_its_history_stays(people: Network) -> None:
    client = people.client(*ADMINISTRATOR)
    person = row(people, "auditoria@ricomi.example")
    here = f"/es/people/{person.id}"
    post(client, here, f"{here}/roles", role="ceam_delegate", country="PE")
    held = next(r for r in row(people, person.email).roles if r.role is Role.CEAM_DELEGATE)
    assert (held.country, held.valid_to) == ("PE", None)
    post(client, here, f"{here}/roles/{held.id}/end")
    page = client.get(here).text
    assert "Delegación ante la Comisión, Perú" in page
    assert "Terminó el mismo día en que se dio" in page
    wrong = post(client, here, f"{here}/roles", role="chair", country="PE")
    assert wrong.status_code == 422


def test_closing_an_account_is_said_back_ends_its_sessions_and_can_be_undone(
    people: Network,
) -> None:
    client, other = people.client(*ADMINISTRATOR), people.client(Role.AUDITOR)
    person = row(people, "auditoria@ricomi.example")
    here = f"/es/people/{person.id}"
    asked = client.get(f"{here}/close")
    assert Markup(asked.text).faults() == []
    assert row(people, person.email).active
    post(client, f"{here}/close", f"{here}/close")
    assert not row(people, person.email).active
    assert other.get("/es/profile").status_code == 303
    post(client, here, f"{here}/open")
    assert row(people, person.email).active


def test_the_secretariat_reads_the_list_and_changes_nothing(people: Network) -> None:
    client = people.client(Role.SECRETARIAT)
    page = client.get("/es/people")
    assert page.status_code == 200
    assert "/es/people/new" not in page.text
    assert client.get("/es/people/new").status_code == 403
    person = row(people, "auditoria@ricomi.example")
    assert 'method="post" action="/es/people' not in client.get(f"/es/people/{person.id}").text
    answer = post(client, "/es/profile", f"/es/people/{person.id}/roles", role="chair")
    assert answer.status_code == 403


def test_people_are_nobody_elses_business(people: Network) -> None:
    assert people.client(Role.FOCAL_POINT, "PY").get("/es/people").status_code == 403
    assert people.visitor().get("/es/people").status_code == 303
    assert people.client(*ADMINISTRATOR).get("/es/people/12345").status_code == 404
