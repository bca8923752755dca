import re
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import g
from sqlalchemy import text

from ricomi_workflow.identity.commands import deactivate
from ricomi_workflow.identity.sign_in import link_token
from ricomi_workflow.kernel.actors import ANONYMOUS, SYSTEM, Actor, Role
from ricomi_workflow.web.messages import local_day
from ricomi_workflow.web.session import is_local
from tests.support.network import PASSWORD, Network, counted, post, sign_in
from tests.web.markup import Markup

PY = (Role.FOCAL_POINT, "PY")
NEW = "otra frase bastante larga"


def address(people: Network) -> str:
    return people.accounts.emails[PY]


def test_signing_in_starts_an_empty_session_and_leads_to_the_persons_language(
    people: Network,
) -> None:
    client = people.visitor()
    with client.session_transaction() as session:
        session["planted"] = "by somebody else"
    answer = sign_in(client, address(people).upper())
    assert answer.status_code == 303
    assert answer.location.startswith("/es/")
    with client.session_transaction() as session:
        assert "planted" not in session
        assert session["_user_id"].split(":")[1] == "2"  # giving the demo password raised the epoch


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(people: Network) -> None:
    cookie = sign_in(people.visitor(), address(people)).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    people.app.config["SESSION_COOKIE_SECURE"] = True
    assert "Secure" in sign_in(people.visitor(), address(people)).headers["Set-Cookie"]


def test_an_unknown_address_and_a_wrong_password_get_the_same_answer(people: Network) -> None:
    client = people.visitor()
    wrong = sign_in(client, address(people), "not the password")
    unknown = sign_in(client, "nobody@ricomi.example", "not the password")
    assert wrong.status_code == unknown.status_code == 422
    assert Markup(wrong.text).faults() == []

    def answer(page: str) -> str:
        return page[page.index('class="refusal"') : page.index("</form>")]

    plain = [re.sub(r'value="[^"]*"', "", answer(a.text)) for a in (wrong, unknown)]
    assert plain[0] == plain[1]


def test_too_many_attempts_are_refused_with_the_time_to_wait(people: Network) -> None:
    client = people.visitor()
    for _ in range(5):
        sign_in(client, address(people), "not the password")
    answer = sign_in(client, address(people))
    assert answer.status_code == 429
    assert re.search(r"Espere \d+ minutos", answer.text)


@pytest.mark.parametrize(
    ("wanted", "local"),
    [
        ("/es/cases?q=1", True),
        ("//elsewhere.example", False),
        ("/\\elsewhere.example", False),
        ("https://elsewhere.example/", False),
        ("javascript:alert(1)", False),
        ("/es/\r\nSet-Cookie: a", False),
        ("", False),
    ],
)
def test_only_pages_of_this_site_are_led_to(people: Network, wanted: str, local: bool) -> None:
    assert is_local(wanted) is local
    answer = sign_in(people.visitor(), address(people), next=wanted)
    assert (answer.location == wanted) is local


def test_a_page_for_people_leads_to_the_sign_in_and_back(people: Network) -> None:
    client = people.visitor()
    answer = client.get("/es/profile?done=profile")
    assert answer.location == "/es/sign-in?next=/es/profile?done%3Dprofile"
    page = client.get(answer.location).text
    assert 'name="next" value="/es/profile?done=profile"' in page


def test_signing_out_needs_a_form_and_ends_the_session(people: Network) -> None:
    client = people.client(*PY)
    assert client.get("/es/sign-out").status_code == 405
    assert client.post("/es/sign-out").status_code == 400
    assert post(client, "/es/profile", "/es/sign-out").location == "/es/"
    assert client.get("/es/profile").status_code == 303


def test_closing_an_account_ends_its_sessions_at_once(people: Network) -> None:
    client = people.client(*PY)
    key = people.accounts.actor(*PY).user_id
    assert key is not None
    with people.services.uow.begin(SYSTEM) as tx:
        deactivate(tx, key)
    assert client.get("/es/profile").status_code == 303


def test_the_public_costs_no_question_about_people(people: Network) -> None:
    visitor = people.visitor()
    visitor.get("/es/accessibility")
    with counted(people.services.uow.engine) as statements:
        visitor.get("/es/accessibility")
    assert statements == []
    with counted(people.services.uow.engine) as statements:
        visitor.get("/es/process")
    assert [each for each in statements if '"user"' in each or "role_grant" in each] == []


def test_a_demonstration_names_its_accounts_and_not_the_password(people: Network) -> None:
    page = people.visitor().get("/pt/sign-in").text
    assert "Contas desta demonstração" in page
    assert "secretaria@ricomi.example" in page
    assert "focal.py@ricomi.example" in page
    assert PASSWORD not in page
    assert 'class="demo-note"' in page


def test_a_real_network_shows_neither_accounts_nor_the_strip(people: Network) -> None:
    with people.services.uow.begin(SYSTEM) as tx:
        tx.execute(text("DELETE FROM instance WHERE key = 'demo'"))
    page = people.visitor().get("/es/sign-in").text
    assert "ricomi.example" not in page
    assert 'class="demo-note"' not in page


def link_in_mail(people: Network) -> str:
    with people.services.uow.read() as connection:
        row = connection.execute(
            text("SELECT user_id, params FROM message ORDER BY id DESC LIMIT 1")
        ).one()
    nonce = re.search(r'"nonce":\s*"([^"]+)"', row.params)
    assert nonce is not None
    return "/es/link/" + link_token(people.services.secret_key, row.user_id, "reset", nonce[1])


def test_a_forgotten_password_is_replaced_by_a_link_that_works_once(people: Network) -> None:
    client = people.visitor()
    asked = post(client, "/es/forgotten", "/es/forgotten", email=address(people))
    unknown = post(client, "/es/forgotten", "/es/forgotten", email="nobody@ricomi.example")
    assert asked.text == unknown.text
    link = link_in_mail(people)
    page = client.get(link)
    assert Markup(page.text).faults() == []
    assert page.headers["Cache-Control"] == "no-store"
    short = post(client, link, link, password="short")
    assert short.status_code == 422
    assert 'aria-invalid="true"' in short.text
    done = post(client, link, link, password=NEW)
    assert done.status_code == 303
    assert client.get("/es/profile").status_code == 200
    assert people.visitor().get(link).status_code == 409
    assert sign_in(people.visitor(), address(people), NEW).status_code == 303


def test_name_language_and_zone_are_changed_by_their_owner(people: Network) -> None:
    client = people.client(*PY)
    values = {"name": "Punto focal del Paraguay", "lang": "pt", "zone": "America/Asuncion"}
    answer = post(client, "/es/profile", "/es/profile", **values)
    assert answer.location == "/pt/profile?done=profile"
    page = client.get(answer.location)
    assert Markup(page.text).faults() == []
    assert "Punto focal del Paraguay" in page.text
    assert "Os dados foram salvos" in page.text
    wrong = post(client, "/es/profile", "/es/profile", **{**values, "name": " ", "zone": "Nowhere"})
    assert wrong.status_code == 422
    assert Markup(wrong.text).faults() == []


def test_hours_are_the_readers_and_days_and_terms_the_secretariats(people: Network) -> None:
    client = people.client(*PY)
    home = client.get("/es/profile").text
    assert "Las horas, los días y los plazos son los de la Secretaría (Washington)." in home
    values = {"name": "Punto focal del Paraguay", "lang": "es", "zone": "Asia/Tokyo"}
    assert post(client, "/es/profile", "/es/profile", **values).status_code == 303
    page = client.get("/es/profile").text
    assert "Las horas son las de Tokio." in page
    assert "el calendario de la Secretaría (Washington)" in page
    at = datetime(2026, 9, 25, 21, 0, tzinfo=UTC)
    reader = Actor(1, "Ana", zone="Asia/Tokyo")
    near = Actor(1, "Ana", zone="America/Asuncion")
    with people.app.test_request_context("/es/work"):
        g.lang, g.actor = "es", reader
        shown = people.app.jinja_env.filters
        assert shown["instant"](at) == "26 sept 2026, 6:00"
        term = (
            "25 de septiembre de 2026, 17:00 (Washington); para usted, 26 sept 2026, 6:00 (Tokio)"
        )
        assert shown["term"](at) == term
        assert local_day(at) == date(2026, 9, 25)
        g.actor = near
        assert shown["term"](at).endswith("17:00 (Washington); para usted, 18:00 (Asunción)")
        g.actor = ANONYMOUS
        assert shown["term"](at).endswith("17:00 (Washington)")


def test_a_new_password_ends_other_sessions_and_keeps_this_one(people: Network) -> None:
    here, elsewhere = people.client(*PY), people.client(*PY)
    wrong = post(here, "/es/profile", "/es/profile/password", old_password="x", password=NEW)
    assert wrong.status_code == 422
    assert "Esta no es su contraseña actual" in wrong.text
    values = {"old_password": PASSWORD, "password": NEW}
    assert post(here, "/es/profile", "/es/profile/password", **values).status_code == 303
    assert here.get("/es/profile").status_code == 200
    assert elsewhere.get("/es/profile").status_code == 303


def test_a_token_is_shown_once_works_and_can_be_revoked(people: Network) -> None:
    client = people.client(*PY)
    wanted = {"office": "focal_point:PY", "scopes": "cases:read"}
    once = re.findall(r'name="_once" value="(\w+)"', client.get("/es/profile").text)[0]
    wanted |= {"token_name": "informe", "days": "30", "_once": once}
    made, again = (post(client, "/es/profile", "/es/profile/tokens", **wanted) for _ in "12")
    with people.services.uow.begin(SYSTEM) as tx:  # a day later, when stored answers are forgotten
        stored = [*tx.connection.execute(text("DELETE FROM idempotency RETURNING key")).scalars()]
    late = post(client, "/es/profile", "/es/profile/tokens", **wanted)
    token = re.search(r"ricomi_[\w-]{43}", made.text)
    assert token is not None
    for more in (again, late):  # pressed twice: made once
        assert token[0] in more.text
        assert more.text.count("informe") == made.text.count("informe")
    assert stored == []  # nothing from which the secret key would make it
    assert made.headers["Cache-Control"] == "no-store"
    page = client.get("/es/profile").text
    assert token[0] not in page
    assert token[0][-4:] in page
    bearer = {"Authorization": f"Bearer {token[0]}"}
    assert people.visitor().get("/api/v1/cases", headers=bearer).status_code == 200
    assert people.visitor().get("/api/v1/work", headers=bearer).status_code == 200
    assert people.visitor().get("/api/v1/fund/donors", headers=bearer).status_code == 403
    digest = re.search(r'name="digest" value="([0-9a-f]+)"', page)
    assert digest is not None
    post(client, "/es/profile", "/es/profile/tokens/revoke", digest=digest[1])
    assert people.visitor().get("/api/v1/cases", headers=bearer).status_code == 401
    wanted |= {"token_name": "otro"}
    other = post(client, "/es/profile", "/es/profile/tokens", **wanted)
    assert token[0] not in other.text  # something else was asked for


def test_a_token_without_name_or_for_ever_is_refused_at_its_fields(people: Network) -> None:
    client = people.client(*PY)
    wrong = post(client, "/es/profile", "/es/profile/tokens", token_name="", days="9999")
    page = Markup(wrong.text)
    assert wrong.status_code == 422
    assert page.faults() == []
    assert {n.attributes["href"] for n in page.find("a")} >= {"#token_name", "#days", "#scopes"}


def test_a_working_day_later_the_session_is_over(people: Network) -> None:
    assert people.app.permanent_session_lifetime == timedelta(hours=12)
