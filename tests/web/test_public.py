import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, text

from ricomi_workflow.catalogue.queries import CatalogueEntry, list_latest
from ricomi_workflow.kernel.text import LANGUAGES
from ricomi_workflow.statements.statement import get_public_statement
from ricomi_workflow.web.catalogue.catalogue_view import excerpt
from ricomi_workflow.web.network.map_drawing import points, region_of
from ricomi_workflow.web.pagination import cursor_at
from tests.support.network import Network, counted, network
from tests.web.markup import Markup

PAGES = (
    "/",
    "/catalogue",
    "/fund",
    "/contact",
    "/accessibility",
    "/open-data",
    "/verify",
    "/sign-in",
    "/forgotten",
)


def entries(lived: Network, limit: int = 100) -> list[CatalogueEntry]:
    with lived.services.uow.read() as connection:
        return list_latest(connection, limit)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_every_public_page_is_whole_in_every_language(lived: Network, path: str, lang: str) -> None:
    answer = lived.visitor().get(f"/{lang}{path}")
    page = Markup(answer.text)
    assert answer.status_code == 200
    assert page.faults() == []
    assert page.find("html")[0].attributes["lang"] == lang
    assert len(page.find("h1")) == 1
    assert len(answer.data) < 60_000


@pytest.mark.parametrize("path", ["/es/", "/es/catalogue", "/es/fund", "/es/verify"])
def test_an_unchanged_page_is_not_sent_again_to_the_public(lived: Network, path: str) -> None:
    visitor = lived.visitor()
    first = visitor.get(path)
    again = visitor.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert first.headers["Cache-Control"] == "public, no-cache"
    assert "Set-Cookie" not in first.headers


def test_an_empty_network_still_has_good_pages(people: Network) -> None:
    visitor = people.visitor()
    for path in ("/es/", "/es/catalogue", "/es/fund"):
        answer = visitor.get(path)
        assert answer.status_code == 200
        assert Markup(answer.text).faults() == []
    assert "Aún no hay entradas" in visitor.get("/es/").text
    assert "Aún no hay contribuciones" in visitor.get("/es/fund").text


@pytest.mark.parametrize(
    ("path", "most"), [("/es/", 6), ("/es/catalogue?q=ejemplo", 7), ("/es/fund", 7)]
)
def test_a_public_page_costs_few_statements(lived: Network, path: str, most: int) -> None:
    visitor = lived.visitor()
    visitor.get(path)
    with counted(lived.services.uow.engine) as statements:
        visitor.get(path)
    assert len([s for s in statements if "PRAGMA" not in s]) <= most


def test_an_entry_costs_few_statements(lived: Network) -> None:
    ref = entries(lived)[0].ref
    with counted(lived.services.uow.engine) as statements:
        lived.visitor().get(f"/es/catalogue/{ref}")
    assert len([s for s in statements if "PRAGMA" not in s]) <= 6


def test_the_home_page_shows_the_newest_entries_and_the_steps_of_the_process(
    lived: Network,
) -> None:
    page = lived.visitor().get("/pt/").text
    for entry in entries(lived, 4):
        assert f"/pt/catalogue/{entry.ref}" in page
    workflow = lived.services.library.latest("cooperation_request")
    assert all(step.label["pt"] in page for step in workflow.steps)
    assert 'class="arc"' in page


def test_nothing_that_is_not_approved_is_named_in_public(lived: Network) -> None:
    public = {entry.ref for entry in entries(lived)}
    with lived.services.uow.read() as connection:
        every = set(connection.execute(text('SELECT ref FROM "case"')).scalars())
    hidden = every - public
    visitor = lived.visitor()
    assert hidden
    for path in ("/es/", "/es/catalogue", "/es/fund?every=1"):
        page = visitor.get(path).text
        assert not [ref for ref in hidden if ref in page]
    for ref in hidden:
        assert visitor.get(f"/es/catalogue/{ref}").status_code == 404


def hrefs(page: Markup) -> Iterator[str]:
    return (n.attributes["href"] for n in page.find("a") if "href" in n.attributes)


def found(page: Markup) -> list[str]:
    return re.findall(r"/catalogue/(RICOMI-\d{4}-\d{4}(?:\.\d+)?)", " ".join(hrefs(page)))


def test_pages_of_results_keep_the_question_and_meet_every_entry_once(lived: Network) -> None:
    visitor, seen, address = lived.visitor(), [], "/es/catalogue?q=ricomi"
    while address:
        page = Markup(visitor.get(address).text)
        seen += found(page)
        onward = [n.attributes["href"] for n in page.find("a", rel="next")]
        assert all("q=ricomi" in href for href in onward)
        address = onward[0] if onward else ""
    assert sorted(seen) == sorted(entry.ref for entry in entries(lived))


def test_a_filter_narrows_and_can_be_removed(lived: Network) -> None:
    country = entries(lived)[0].country
    page = Markup(lived.visitor().get(f"/es/catalogue?country={country}&q=ejemplo").text)
    box = page.find("input", type="checkbox", value=country)[0]
    count = int(page.find("h2", id="found")[0].whole_text().split()[0])
    assert "checked" in box.attributes
    assert 0 < count < len(entries(lived))
    removing = [h for h in hrefs(page) if h.startswith("/es/catalogue?") and "country" not in h]
    assert removing == ["/es/catalogue?q=ejemplo"]


def test_words_that_were_searched_are_marked_in_the_text_and_escaped(lived: Network) -> None:
    page = lived.visitor().get("/es/catalogue?q=INSTITUCIÓNES").text
    assert "<mark>instituciones</mark>" in page
    assert excerpt("a <b> café", ["cafe"]) == "a &lt;b&gt; <mark>café</mark>"


def test_a_match_late_in_a_text_brings_its_neighbourhood() -> None:
    text = " ".join(["palabra"] * 90 + ["frontera"] + ["otra"] * 40)
    assert "<mark>frontera</mark>" in excerpt(text, ["frontera"])
    assert excerpt(text, ["frontera"]).startswith("… ")


def test_a_text_without_translation_says_so(lived: Network) -> None:
    assert "Texto original em espanhol" in lived.visitor().get("/pt/catalogue").text
    assert "Texto original" not in lived.visitor().get("/es/catalogue").text


def test_an_empty_result_says_what_to_leave_out(lived: Network) -> None:
    country = entries(lived)[0].country
    page = lived.visitor().get(f"/es/catalogue?q=inexistente&country={country}").text
    assert "Ninguna entrada" in page
    assert f'<a href="/es/catalogue?country={country}">Sin «inexistente»</a>' in page


def test_a_misspelt_word_is_corrected_and_a_word_too_many_can_be_left_out(lived: Network) -> None:
    visitor = lived.visitor()
    page = Markup(visitor.get("/es/catalogue?q=ejenplo").text)
    assert page.faults() == []
    assert "/es/catalogue?q=ejemplo" in hrefs(page)
    both = visitor.get("/es/catalogue?q=inexistente+ejemplo").text
    assert '<a href="/es/catalogue?q=ejemplo">Sin «inexistente»</a>' in both
    assert "Sin «ejemplo»" not in both


def test_one_question_has_one_address_and_one_answer_in_every_language(lived: Network) -> None:
    visitor, entry, base = lived.visitor(), entries(lived)[0], lived.services.base_url
    asked = f"country={entry.country}&role=takes_part&role=asks&q=ejemplo&sort=relevant&after="
    seen = set()
    for lang in LANGUAGES:
        page = Markup(visitor.get(f"/{lang}/catalogue?{asked}").text)
        assert page.faults() == []
        (canonical,) = (n.attributes["href"] for n in page.find("link", rel="canonical"))
        counts = sorted(
            (box.attributes["name"], box.attributes["value"], row.whole_text().split()[-1])
            for box in page.find("input", type="checkbox")
            if (row := box.parent)
        )
        seen.add((canonical.removeprefix(f"{base}/{lang}"), tuple(found(page)), tuple(counts)))
    ((address, *_),) = seen
    same = f"q=ejemplo&country={entry.country}&role=asks&role=takes_part&sort=relevant"
    assert address == f"/catalogue?{same}"
    words = Markup(visitor.get("/es/catalogue?sort=relevant").text)
    (told,) = words.find("link", rel="canonical")
    assert told.attributes["href"] == f"{base}/es/catalogue"


def test_a_translation_says_in_which_language_the_original_is(lived: Network) -> None:
    entry = next(e for e in entries(lived) if list(e.title) == ["es", "en"])
    visitor, note = lived.visitor(), "Translation; the original is in Spanish."
    assert note in visitor.get(f"/en/catalogue?q={entry.ref}").text
    assert note in visitor.get(f"/en/catalogue/{entry.ref}").text
    assert "El original está en" not in visitor.get(f"/es/catalogue/{entry.ref}").text


def test_unknown_filters_are_left_out(lived: Network) -> None:
    visitor = lived.visitor()
    page = Markup(visitor.get("/es/catalogue?topic=nothing&country=ZZ&year=x&foo=bar").text)
    assert int(page.find("h2", id="found")[0].whole_text().split()[0]) == len(entries(lived))
    assert visitor.get("/es/catalogue?q=%00%22*OR").status_code == 200


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_place_that_a_list_does_not_have_leads_to_its_first_page(
    lived: Network, lang: str
) -> None:
    visitor, search = lived.visitor(), "kind=decision&kind=need"
    behind = cursor_at(datetime(2001, 1, 1, tzinfo=UTC), entries(lived)[0].ref)
    for after in ("nonsense", behind):
        told = visitor.get(f"/{lang}/catalogue?{search}&after={after}&seen=50")
        page = Markup(told.text)
        assert (told.status_code, page.faults()) == (422, [])
        assert page.find("div", **{"data-code": "no_place"})
        assert "next" not in page.find("main")[0].whole_text()
        [first] = page.find("a", **{"class": "btn btn-primary"})
        assert first.attributes["href"] == f"/{lang}/catalogue?{search}"


def test_a_number_that_no_row_has_is_no_fault_of_ours(lived: Network) -> None:
    visitor, large = lived.visitor(), 10**22
    assert visitor.get(f"/es/decisions?after=RICOMI-2026-0001.{large}").status_code == 404
    assert visitor.get(f"/es/verify/checkpoints?before={large}").status_code == 200
    for path in (
        f"decisions?after=RICOMI-2026-0001.{large}",
        f"decisions/RICOMI-2026-0001/{large}",
    ):
        assert visitor.get(f"/api/v1/decisions{path}{large}").status_code in {200, 404}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_adopted_decision_leads_to_its_own_page(lived: Network, lang: str) -> None:
    entry = next(e for e in entries(lived) if e.kind == "decision")
    visitor = lived.visitor()
    page = visitor.get(f"/{lang}/catalogue/{entry.ref}").text
    assert Markup(page).faults() == []
    own = f"/{lang}/decisions/{entry.ref.replace('.', '/')}"
    assert f'href="{own}"' in page
    assert visitor.get(own).status_code == 200
    label = lived.services.library.forms[entry.definition].label[lang]
    assert label in page
    assert str(entry.public["decision_number"]) in page
    results = visitor.get(f"/{lang}/catalogue?kind=decision&body=ceam").text
    assert f"/{lang}/catalogue/{entry.ref}" in results


def test_an_entry_tells_countries_confirmations_and_only_totals_of_the_vote(
    lived: Network,
) -> None:
    entry = next(e for e in entries(lived) if e.status == "closed" and e.public.get("participants"))
    page = lived.visitor().get(f"/en/catalogue/{entry.ref}").text
    assert Markup(page).faults() == []
    assert "Reported by " in page
    assert "Has not answered yet" in page
    assert re.search(r"approved it with \d+ votes in favour, of \d+ states", page)
    whole = re.search(rf'href="(/en/decisions/{entry.ref}/[^"]+)"', page)
    assert whole
    assert lived.visitor().get(whole[1]).status_code == 200
    assert "What changed" in page
    assert f"/api/v1/catalogue/{entry.ref}" in page
    assert "Illustrative" in page


def test_every_total_of_the_fund_page_is_the_statements(lived: Network) -> None:
    clock = lived.services.uow.clock
    today = lived.services.calendar.local_day(clock.now())
    with lived.services.uow.read() as connection:
        made = get_public_statement(connection, today)
    page = Markup(lived.visitor().get("/en/fund?every=1").text)
    sums = [row.whole_text() for row in page.find("tr", **{"class": "sum"})]
    whole = " ".join(sums).replace(",", "")
    for amount in (made.available, made.received, made.pledged, made.disbursed, made.committed):
        assert str(amount).removesuffix(".00") in whole
    assert page.find("span", **{"class": "illus"})


def test_the_statement_can_be_read_on_an_earlier_day(lived: Network) -> None:
    page = lived.visitor().get("/en/fund?as_of=2026-01-01").text
    assert "1 January 2026" in page.replace("January 1, 2026", "1 January 2026")
    assert lived.visitor().get("/en/fund?as_of=2999-13-01").status_code == 200


def test_a_part_of_the_map_holds_its_states_and_names() -> None:
    drawn = region_of([("CR", code) for code in ("MX", "GT", "DO")], 20)
    assert drawn is not None
    assert {label.code for label in drawn.labels} == {"CR", "MX", "GT", "DO"}
    assert all(
        0 <= arc.end[0] <= drawn.width and 0 <= arc.end[1] <= drawn.height for arc in drawn.arcs
    )
    assert region_of([("CA", "AR")], 10) is None  # only the whole map holds both
    assert region_of([("PY", "GD")], 10) is None  # stands in the inset
    assert {"GD", "TT"} <= points().keys()


def test_search_finds_by_names_of_countries_topics_and_by_reference(engine: Engine) -> None:
    small = network(engine, cases=4, seed=11)
    entry = entries(small)[0]
    name = small.services.lookups.states
    label = next(option.label for option in name if option.value == entry.country)
    visitor = small.visitor()
    for words in (label["fr"], label["es"], entry.ref):
        page = Markup(visitor.get("/es/catalogue", query_string={"q": words}).text)
        assert entry.ref in found(page)
    assert visitor.get("/es/fund").status_code == 200
    assert visitor.get(f"/fr/catalogue/{entry.ref}").status_code == 200
