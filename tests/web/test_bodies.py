"""The pages of a body: any day for everybody, appointments and confirmations by the Secretariat."""

import re

import pytest

from ricomi_workflow.committees.queries import get_rule, list_appointments
from ricomi_workflow.identity.queries import find_actor
from ricomi_workflow.kernel.actors import Grant, Role
from tests.support.network import Network, post
from tests.web.markup import Markup

SECRETARIAT = (Role.SECRETARIAT, None)
PEOPLE = "/es/bodies/ceam/people"
CREDENTIAL = {
    "role": "ceam_alternate",
    "email": "relatoria@ricomi.example",
    "country": "HT",
    "since": "2026-09-01",
    "until": "",
    "elected": "",
    "document": "Nota 7/2026",
}


@pytest.mark.parametrize("lang", ["es", "en", "pt", "fr"])
@pytest.mark.parametrize(
    "path",
    ["/bodies", "/bodies/ceam", "/bodies/ceam?day=2011-06-01", "/bodies/ceam?day=1999-01-01"],
)
def test_a_body_is_shown_to_everybody_in_every_language(
    people: Network, path: str, lang: str
) -> None:
    answer = people.visitor().get(f"/{lang}{path}")
    assert answer.status_code == 200
    assert Markup(answer.text).faults() == []


@pytest.mark.parametrize("path", ["/people", "/rules/ordinary", "/report", "/report?to=2026-13-01"])
@pytest.mark.parametrize("lang", ["es", "en", "pt", "fr"])
def test_what_the_secretariat_records_is_whole_in_every_language(
    people: Network, path: str, lang: str
) -> None:
    answer = people.client(*SECRETARIAT).get(f"/{lang}/bodies/ceam{path}")
    assert answer.status_code == 200
    assert Markup(answer.text).faults() == []


def test_the_day_decides_name_parent_and_seats(people: Network) -> None:
    """The vote of 1 June 2011: 33 states, Honduras seated at once afterwards."""
    before = people.visitor().get("/en/bodies/ceam?day=2011-06-01").text
    after = people.visitor().get("/en/bodies/ceam?day=2011-06-02").text
    today = people.visitor().get("/en/bodies/ceam").text
    assert "33 of 35 States are counted" in before
    assert "34 of 35 States are counted" in after
    assert "<h1>Special Committee on Migration Issues</h1>" in before
    assert "<h1>Committee on Migration Issues</h1>" in today
    assert "Participation suspended since" in before
    assert "Inter-American Council for Integral Development" in today


def test_a_day_that_is_none_is_today(people: Network) -> None:
    for day in ("", "soon", "2026-02-31", "0001-01-01", "9999-01-01"):
        shown = people.visitor().get(f"/en/bodies/ceam?day={day}").text
        assert 'type="date" value="2026-09-01"' in shown


def test_an_unknown_body_or_rule_is_no_page(people: Network) -> None:
    assert people.visitor().get("/en/bodies/cam2").status_code == 404
    client = people.client(*SECRETARIAT)
    for path in ("nobody/people", "ceam/rules/none", "ceam/people/1/end"):
        assert client.get(f"/en/bodies/{path}").status_code == 404


def test_the_public_reads_states_and_terms_but_no_names(people: Network) -> None:
    public = people.visitor().get("/es/bodies/ceam").text
    member = people.client(Role.CEAM_DELEGATE, "HT").get("/es/bodies/ceam").text
    assert "Presidencia de la Comisión</b> · Paraguay" in public
    assert "Presidencia de la Comisión</b> · Paraguay · Presidencia de la Comisión" in member
    assert "Delegación, " not in public  # the name of no account
    assert "Titular 1, alterno 0" in public
    assert PEOPLE not in public


def test_others_do_not_record(people: Network) -> None:
    for path in (PEOPLE, "/es/bodies/ceam/rules/ordinary"):
        assert people.visitor().get(path).status_code == 303
        assert people.client(Role.CHAIR).get(path).status_code == 403


def test_the_offices_of_the_committee_take_the_draft_of_the_annual_report(people: Network) -> None:
    chair, focal = people.client(Role.CHAIR), people.client(Role.FOCAL_POINT, "PY")
    href = "/es/bodies/ceam/report"
    assert f'href="{href}"' in chair.get("/es/bodies/ceam").text
    assert f'href="{href}"' not in focal.get("/es/bodies/ceam").text
    assert (chair.get(href).status_code, focal.get(href).status_code) == (200, 403)
    text = chair.get(f"{href}.md?from=2026-07-01&to=2027-05-31")
    assert text.content_type == "text/markdown; charset=utf-8"
    assert "Del 1 de julio de 2026 al 31 de mayo de 2027" in text.text
    assert "## Autoridades" in text.text


def test_who_only_certifies_minutes_is_led_to_meetings_and_to_no_ballot(people: Network) -> None:
    rapporteur = people.client(Role.RAPPORTEUR)
    assert rapporteur.get("/es/ceam").status_code == 403
    menu = rapporteur.get("/es/work").text
    assert 'href="/es/meetings"' in menu
    assert 'href="/es/ceam"' not in menu
    assert people.client(Role.CHAIR).get("/es/ceam").status_code == 200


def test_a_credential_is_recorded_and_ended(people: Network) -> None:
    client = people.client(*SECRETARIAT)
    answer = post(client, PEOPLE, PEOPLE, **CREDENTIAL)
    page = client.get(answer.location)
    assert Markup(page.text).faults() == []
    assert "El nombramiento quedó registrado." in page.text
    assert "Nota 7/2026" in page.text
    with people.services.uow.read() as connection:
        (found,) = list_appointments(connection, "ceam", Role.CEAM_ALTERNATE)
        held = find_actor(connection, found.user_id, found.since)
    assert held is not None
    assert Grant(Role.CEAM_ALTERNATE, "HT") in held.grants
    assert "alterno 1" in people.visitor().get("/es/bodies/ceam").text

    end = f"{PEOPLE}/{found.id}/end"
    wrong = post(client, end, end, document="", last_day="soon")
    assert wrong.status_code == 422
    assert Markup(wrong.text).faults() == []
    answer = post(client, end, end, document="Nota 9/2026", last_day="")
    assert "Terminó con: Nota 9/2026" in client.get(answer.location).text
    assert "alterno 1" not in people.visitor().get("/es/bodies/ceam").text


def test_a_mistake_records_nothing_and_keeps_what_was_typed(people: Network) -> None:
    client = people.client(*SECRETARIAT)
    sent = {**CREDENTIAL, "email": "nadie@ricomi.example", "until": "2026-02-31", "since": ""}
    answer = post(client, PEOPLE, PEOPLE, **sent)
    assert answer.status_code == 422
    assert Markup(answer.text).faults() == []
    assert "Nadie tiene aquí una cuenta" in answer.text
    assert 'value="Nota 7/2026"' in answer.text
    twice = {**CREDENTIAL, "role": "chair", "elected": "vote"}
    assert "Otra persona ocupa ese cargo" in post(client, PEOPLE, PEOPLE, **twice).text


def test_a_confirmation_is_withdrawn_and_given_again(people: Network) -> None:
    client = people.client(*SECRETARIAT)
    place = "/es/bodies/ceam/rules/ordinary"
    with people.services.uow.read() as connection:
        found = get_rule(connection, people.services.reference.body("ceam"))
    assert found.confirmation is not None
    withdraw = f"{place}/withdraw/{found.confirmation.id}"
    assert post(client, place, withdraw, reason="").status_code == 422
    answer = post(client, place, withdraw, reason="No se leyó ningún documento.")
    assert "La confirmación quedó retirada." in client.get(answer.location).text
    assert "Por confirmar por la Secretaría." in people.visitor().get("/es/bodies/ceam").text

    page = client.get(place).text
    assert Markup(page).faults() == []
    assert found.digest in re.findall(r'name="seen" value="([0-9a-f]{64})"', page)
    assert post(client, place, place, seen=found.digest, document=" ").status_code == 422
    assert post(client, place, place, seen="0" * 64, document="Acta 1").status_code == 409
    answer = post(client, place, place, seen=found.digest, document="Acta 1 de 2026")
    assert "La regla quedó confirmada." in client.get(answer.location).text
    public = people.visitor().get("/es/bodies/ceam").text
    assert "con este documento: Acta 1 de 2026." in public
