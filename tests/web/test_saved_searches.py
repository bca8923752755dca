"""The pages of saved searches: who has an account keeps one, a visitor confirms by mail."""

import re
from html import unescape

import pytest
from sqlalchemy import select

from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.saved_searches.models import saved_search, saved_search_mail
from ricomi_workflow.saved_searches.rules import CONFIRM, END, SavedQuery, make_token
from tests.support.network import Network, post
from tests.web.markup import Markup

QUESTION = "country=PY&topic=labour_migration"
WORDS = {
    "es": ("Guardar esta búsqueda", "Migración laboral", "Paraguay", "Para no recibir más"),
    "en": ("Save this search", "Labour migration", "Paraguay", "To end these mails"),
    "pt": ("Salvar esta busca", "Migração laboral", "Paraguai", "Para não receber mais"),
    "fr": ("Enregistrer cette recherche", "Migration", "Paraguay", "Pour ne plus recevoir"),
}


def links(network: Network, lang: str) -> dict[str, str]:
    """The links of the newest search that a visitor asked for in `lang`."""
    with network.services.uow.read() as connection:
        row = connection.execute(
            select(saved_search.c.id, saved_search.c.nonce)
            .where(saved_search.c.lang == lang, saved_search.c.user_id.is_(None))
            .order_by(saved_search.c.id.desc())
        ).first()
    assert row is not None
    key = network.services.secret_key
    return {
        purpose: f"/{lang}/alerts/{purpose}/{make_token(key, row.id, purpose, row.nonce)}"
        for purpose in (CONFIRM, END)
    }


@pytest.mark.parametrize("lang", WORDS)
def test_a_visitor_asks_confirms_and_ends_in_each_language(people: Network, lang: str) -> None:
    save, topic, country, _ = WORDS[lang]
    visitor = people.visitor()
    results = Markup(visitor.get(f"/{lang}/catalogue?{QUESTION}").text)
    href = next(a.attributes["href"] for a in results.find("a") if a.whole_text().startswith(save))
    form = visitor.get(unescape(href)).text
    assert Markup(form).faults() == []
    assert topic in form
    assert country in form
    page = f"/{lang}/alerts/new?{QUESTION}"
    wrong = post(visitor, page, page, email="nadie", pace="daily")
    assert (wrong.status_code, Markup(wrong.text).faults()) == (422, [])
    answers = [
        post(visitor, page, page, email=f"{lang}@example.org", pace="weekly") for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [200, 200]  # the same whatever is known
    found = links(people, lang)
    looked = visitor.get(found[CONFIRM])
    assert (looked.status_code, Markup(looked.text).faults()) == (200, [])
    assert "noindex" in looked.text
    assert post(visitor, found[CONFIRM], found[CONFIRM]).status_code == 200
    assert "csrf_token" not in visitor.get(found[CONFIRM]).text  # nothing is left to confirm
    with people.services.uow.read() as connection:
        rows = connection.execute(select(saved_search.c.question, saved_search.c.digest)).all()
        assert connection.execute(select(saved_search_mail.c.id)).all()
    codes = SavedQuery("", {"country": ["PY"], "topic": ["labour_migration"]})
    assert [row.digest for row in rows] == [codes.digest]  # one question in every language
    asked = visitor.get(found[END])
    assert Markup(asked.text).faults() == []
    ended = people.visitor().post(found[END], data={"List-Unsubscribe": "One-Click"})
    assert ended.status_code == 200
    assert visitor.get(found[END]).status_code == 404
    assert visitor.get(found[CONFIRM]).status_code == 404


def test_somebody_with_an_account_keeps_and_ends_searches(people: Network) -> None:
    client = people.client(Role.FOCAL_POINT, "PY")
    page = f"/es/alerts/new?{QUESTION}&q=salud"
    assert 'name="email"' not in client.get(page).text
    kept = post(client, page, page, pace="daily")
    assert kept.headers["Location"].endswith("/es/alerts?done=saved")
    listed = client.get("/fr/alerts").text
    assert Markup(listed).faults() == []
    assert "« salud », Paraguay, Migration" in unescape(listed).replace("\xa0", " ")
    [action] = re.findall(r'action="(/fr/alerts/\d+/end)"', listed)
    assert post(client, "/fr/alerts", action).status_code == 303
    assert "/end" not in client.get("/fr/alerts").text
    assert people.visitor().get("/es/alerts").status_code == 303
