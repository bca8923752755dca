import gzip
import re
from pathlib import Path

import pytest
from flask import Flask, make_response

from ricomi_workflow.kernel import errors
from ricomi_workflow.kernel.text import LANGUAGES
from ricomi_workflow.web import errors as answers
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.messages import mistake, reason
from tests.support.network import Network
from tests.web.markup import Markup

WEB = Path(answers.__file__).parent


def test_the_root_leads_to_the_language_the_browser_prefers(edge: Flask) -> None:
    answer = edge.test_client().get("/", headers={"Accept-Language": "fr-CA, en;q=0.5"})
    assert (answer.status_code, answer.location) == (302, "/fr/")


def test_the_language_switch_keeps_page_and_query(edge: Flask) -> None:
    page = Markup(edge.test_client().get("/es/process?a=1&b=2").text)
    links = {
        n.attributes["hreflang"]: n.attributes["href"]
        for n in page.find("a")
        if "hreflang" in n.attributes
    }
    assert links == {lang: f"/{lang}/process?a=1&b=2" for lang in ("en", "pt", "fr")}


def test_a_language_we_do_not_have_is_no_page(edge: Flask) -> None:
    assert edge.test_client().get("/de/process").status_code == 404


def test_an_address_that_leads_nowhere_is_answered_in_its_language(edge: Flask) -> None:
    answer = edge.test_client().get("/pt/populations")
    assert (answer.status_code, '<html lang="pt"' in answer.text) == (404, True)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_process_page_is_whole_in_every_language(lived: Network, lang: str) -> None:
    answer = lived.visitor().get(f"/{lang}/process")
    page = Markup(answer.text)
    assert answer.status_code == 200
    assert page.faults() == []
    assert page.find("html")[0].attributes["lang"] == lang
    for step in lived.services.library.latest("cooperation_request").steps:
        assert step.label[lang] in page.all[0].whole_text()


def test_every_page_carries_the_strict_policy_and_no_inline_style_or_script(edge: Flask) -> None:
    answer = edge.test_client().get("/es/process")
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'self'; img-src 'self' data:")
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    for template in WEB.rglob("*.html"):
        assert not re.search(r"\sstyle=|<style|<script(?! src)| on[a-z]+=", template.read_text())


def test_assets_are_compressed_and_kept_for_ever_under_a_name_with_a_digest(edge: Flask) -> None:
    client = edge.test_client()
    page = client.get("/es/process").text
    for href in re.findall(r'<link rel="stylesheet" href="([^"]+)"', page):
        assert re.search(r"\.[0-9a-f]{12}\.css$", href)
        with client.get(href, headers={"Accept-Encoding": "gzip"}) as answer:
            assert answer.headers["Content-Encoding"] == "gzip"
            assert "immutable" in answer.headers["Cache-Control"]
            assert len(gzip.decompress(answer.data)) > len(answer.data)


def test_what_is_the_same_for_every_visitor_is_packed(lived: Network) -> None:
    client, packing = lived.visitor(), {"Accept-Encoding": "gzip"}
    for path in ("/es/map", "/es/embed/map"):
        page, sent = client.get(path), client.get(path, headers=packing)
        assert gzip.decompress(sent.data) == page.data
        assert sent.headers["ETag"] != page.headers["ETag"]
        assert sent.vary.as_set() == page.vary.as_set() == {"cookie", "accept-encoding"}
        again = client.get(path, headers=packing | {"If-None-Match": sent.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
    assert "Content-Encoding" not in client.get("/es/sign-in", headers=packing).headers


def test_every_domain_error_has_one_status_and_a_page_in_every_language(edge: Flask) -> None:
    kinds = {kind for kind in vars(errors).values() if isinstance(kind, type)}
    domain = {kind for kind in kinds if issubclass(kind, errors.DomainError)}
    assert set(answers.STATUS) == domain - {errors.DomainError}
    pages = {*answers.PAGES.values(), "failure", "stale_form"}
    pages |= {kind.code for kind, status in answers.STATUS.items() if status < 500}
    with edge.test_request_context():
        missing = [
            f"ui.error_{page}_{part}"
            for page in sorted(pages)
            for part in ("title", "text")
            if not services().texts.has(f"ui.error_{page}_{part}")
        ]
    assert missing == []


def test_a_refusal_says_why_and_keeps_its_code_in_the_source(edge: Flask) -> None:
    refusal = errors.Refused([errors.Refusal("participants_missing", {"countries": ("PE", "CL")})])
    with edge.test_request_context("/es/process"):
        edge.preprocess_request()
        answer = make_response(answers.domain_error(refusal))
    assert answer.status_code == 409
    assert "Chile y Perú" in answer.get_data(as_text=True)
    assert 'data-code="participants_missing"' in answer.get_data(as_text=True)


def test_what_may_not_be_known_is_not_named(edge: Flask) -> None:
    with edge.test_request_context("/en/process"):
        edge.preprocess_request()
        answer = make_response(answers.domain_error(errors.NotFound("case", "RICOMI-2026-0001")))
    assert (answer.status_code, "RICOMI-2026-0001" in answer.get_data(as_text=True)) == (404, False)


def test_offices_and_days_of_a_mistake_are_written_in_the_readers_language(edge: Flask) -> None:
    with edge.test_request_context("/fr/process"):
        edge.preprocess_request()
        found = reason(errors.Refusal("role", {"roles": ("chair", "secretariat")}))
        late = mistake(errors.FieldError("start", "too_small", {"limit": "2026-09-01"}))
        much = mistake(errors.FieldError("rate", "too_large", {"limit": "99.99 %"}))
    assert "Présidence de la Commission et Secrétariat technique" in found.need
    assert "ne peut être antérieure au 1er septembre 2026" in late
    assert "99,99\u202f%" in much


def test_a_form_without_proof_of_origin_is_refused_with_what_to_do(edge: Flask) -> None:
    answer = edge.test_client().post("/fr/process")
    assert answer.status_code in {400, 405}
    assert Markup(answer.text).faults() == []


def test_every_text_that_the_edge_names_exists(edge: Flask) -> None:
    sources = [*WEB.rglob("*.html"), *WEB.rglob("*.py")]
    keys = {
        key
        for source in sources
        for key in re.findall(r"""['"](ui\.[a-z_]+[a-z])['"]""", source.read_text())
    }
    with edge.test_request_context():
        assert sorted(key for key in keys if not services().texts.has(key)) == []
