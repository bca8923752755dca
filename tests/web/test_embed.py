"""What other sites may frame: a list without script, cookie or form; and the lines for it."""

import re
from html import unescape

import pytest

from tests.support.network import Network
from tests.web.markup import Markup

OFFERED = {
    "es": ("Para su sitio web", "Los enlaces se abren en otra pestaña"),
    "en": ("For your website", "Links open in another tab"),
    "pt": ("Para seu site", "Os links se abrem em outra aba"),
    "fr": ("Pour votre site web", "Les liens s'ouvrent dans un autre onglet"),
}


def test_a_list_may_be_framed_by_any_site_and_nothing_else_may(lived: Network) -> None:
    visitor = lived.visitor()
    path = "/pt/embed/list?country=PY&n=3"
    answer = visitor.get(f"{path}&foo=1")
    policy = answer.headers["Content-Security-Policy"]
    assert "frame-ancestors *" in policy
    assert "default-src 'none'" in policy
    assert "X-Frame-Options" not in answer.headers
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    known = {"If-None-Match": answer.headers["ETag"]}
    assert visitor.get(f"{path}&foo=2", headers=known).status_code == 304
    page = Markup(answer.text)
    assert page.faults() == []
    few = Markup(visitor.get("/pt/embed/list?n=3").text)
    assert len(few.find("li", **{"class": "result"})) == 3
    assert page.find("base")[0].attributes["target"] == "_blank"
    assert not page.find("script") + page.find("form") + page.find("nav")
    assert "Cooperação em migração: Paraguai" in answer.text
    assert 'href="/pt/catalogue?country=PY"' in answer.text
    assert len(answer.data) < 30_000
    for other in ("/pt/embed", "/pt/catalogue", "/pt/"):
        headers = visitor.get(other).headers
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Frame-Options"] == "DENY"


def test_a_map_may_be_framed_and_shows_one_country_with_whom_it_shares(lived: Network) -> None:
    visitor = lived.visitor()
    answer = visitor.get("/es/embed/map?country=PY")
    page = Markup(answer.text)
    assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in answer.headers
    assert page.faults() == []
    assert "Cooperación en migración: Paraguay" in answer.text
    assert not page.find("script") + page.find("form") + page.find("nav")
    assert len(answer.data) < 100_000
    whole = Markup(visitor.get("/es/embed/map").text)
    states = {
        a.attributes["href"] for a in whole.find("a") if "/countries/" in a.attributes["href"]
    }
    assert len(states) == 35
    made = visitor.get("/es/embed?what=map&topic=labour_migration")
    assert "/es/embed/map?topic=labour_migration" in made.text


@pytest.mark.parametrize("lang", OFFERED)
def test_the_lines_show_what_was_chosen_in_each_language(lived: Network, lang: str) -> None:
    title, note = OFFERED[lang]
    visitor = lived.visitor()
    answer = visitor.get(f"/{lang}/embed?country=PY&topic=labour_migration&what=list")
    page = Markup(answer.text)
    assert (answer.status_code, page.faults()) == (200, [])
    assert title in answer.text
    code = unescape(page.find("textarea", id="code")[0].whole_text())
    [src] = re.findall(r'src="([^"]+)"', code)
    base = lived.services.base_url
    assert unescape(src) == f"{base}/{lang}/embed/list?country=PY&topic=labour_migration"
    framed = visitor.get(unescape(src).removeprefix(base))
    assert note in unescape(framed.text)
    feed = next(a.attributes["href"] for a in page.find("a") if "atom" in a.attributes["href"])
    assert visitor.get(unescape(feed).removeprefix(base)).status_code == 200
    assert 'title="' in code


def test_a_frame_with_nothing_in_it_says_so(lived: Network) -> None:
    answer = lived.visitor().get("/en/embed/list?q=%22nothing+of+the+kind%22&n=x")
    assert answer.status_code == 200
    assert "0 entries" in answer.text or "No entry" in answer.text
