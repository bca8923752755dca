from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from flask import Flask, render_template_string

from ricomi_workflow.kernel.money import Money
from ricomi_workflow.kernel.text import LANGUAGE_NAMES, Shown
from ricomi_workflow.web import charts
from ricomi_workflow.web import components as c
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.network.map_drawing import arcs, points
from tests.web.markup import Markup

IMPORTS = """{% import 'components/case.html' as case %}
{% import 'components/notes.html' as notes %}
{% import 'components/ballot.html' as ballots %}{% import 'components/money.html' as money %}
{% import 'components/catalogue.html' as catalogue %}{% import 'drawings/map.html' as maps %}"""
SPANISH = Shown("Una red", "es", is_original=True)
BALLOT = c.BallotView(14, 1, 1, 16, 17, "Faltan 3 votos a favor.", "17 para aprobar")


@pytest.fixture(autouse=True)
def in_spanish(edge: Flask) -> Iterator[None]:
    with edge.test_request_context("/es/process"):
        edge.preprocess_request()
        yield


def render(source: str, **values: object) -> Markup:
    page = Markup(f"<main>{render_template_string(IMPORTS + source, **values)}</main>")
    assert page.faults() == []
    return page


def dollars(units: int) -> Money:
    return Money(units * 100)


def test_the_state_line_marks_one_present_step_and_counts_it() -> None:
    points = (
        c.StateLinePoint("Borrador", "past", "6 jul."),
        c.StateLinePoint("Secretaría", "now", note="Se espera al punto focal.", side="Devuelta"),
        c.StateLinePoint("Informada", "next"),
    )
    page = render("{{ case.state_line(points, 'Dónde está') }}", points=points)
    assert [n.attributes.get("class", "") for n in page.find("li")] == ["past", "now", ""]
    (now,) = page.find("li", aria_current="step")
    text = now.whole_text()
    assert "Paso 2 de 3" in text
    assert "Devuelta" in text
    assert "Secretaría" not in text
    whole = render("{{ case.state_line(points, 'El camino', whole=true) }}", points=points)
    assert not whole.find("li", aria_current="step")


def test_the_action_panel_has_no_disabled_button_and_one_primary() -> None:
    panel = c.ActionPanel(
        (c.ActRow("Recordar", "Sale un mensaje.", "/a", primary=True), c.ActRow("Ver", "x", "/b")),
        (
            c.RefusedRow(
                "Votar", (c.Reason("La Secretaría no vota.", "Vota el delegado.", "role"),)
            ),
        ),
    )
    page = render("{{ case.action_panel(panel) }}", panel=panel)
    assert [n.attributes["class"] for n in page.find("a")] == [
        "btn btn-primary",
        "btn btn-quiet",
    ]
    (refused,) = page.find("p", data_code="role")
    assert "Vota el delegado." in refused.whole_text()
    assert not page.find("button")


def test_an_action_panel_without_acts_says_whom_the_case_waits_for() -> None:
    panel = c.ActionPanel((), (), "El caso espera a 17 delegaciones.")
    page = render("{{ case.action_panel(panel) }}", panel=panel)
    assert "17 delegaciones" in page.find("div")[0].whole_text()


def test_the_trail_fills_what_moved_the_case_and_quotes_reasons_in_full() -> None:
    at = datetime(2026, 9, 3, 14, 2, tzinfo=UTC)
    rows = (
        c.TrailRow(2, "Devuelta", "Secretaría", at, moved=True, reason="Faltan 19.000."),
        c.TrailRow(1, "Abierta", "Punto focal", at),
    )
    page = render("{{ case.trail(rows) }}", rows=rows)
    items = page.find("li")
    assert [n.attributes.get("class") for n in items] == ["act", None]
    assert page.find("blockquote")[0].text == "«Faltan 19.000.»"
    assert page.find("time")[0].text == "3 sept 2026, 10:02"


def test_the_oath_says_the_act_back_and_offers_a_way_back() -> None:
    oath = c.Confirmation(
        "Haití vota",
        "A favor",
        "el pedido",
        "Queda escrito.",
        "15 a favor.",
        "Confirmar: Haití vota a favor",
        "Volver",
        "/b",
    )
    page = render("<form>{{ case.oath(oath) }}{{ case.oath_buttons(oath) }}</form>", oath=oath)
    assert page.find("p", **{"class": "said"})[0].text == "A favor"
    assert page.find("button", name="_confirm")[0].text == "Confirmar: Haití vota a favor"
    assert page.find("a", href="/b")


def test_a_refusal_is_an_alert_with_links_and_codes() -> None:
    page = render(
        "<input id='f-a' aria-label='a'>"
        "{{ notes.refusal('No se pudo', 'Guardado.', wrong, reasons, 'invalid') }}",
        wrong=(c.Mistake("Falta la fecha", "f-a"),),
        reasons=(c.Reason("Falta", "Pida", "missing"),),
    )
    (alert,) = page.find("div", role="alert")
    assert alert.attributes["tabindex"] == "-1"
    assert alert.attributes["data-code"] == "invalid"
    assert page.find("a", href="#f-a")


def test_the_ballot_has_one_mark_for_each_state_twice_and_says_the_same_in_words() -> None:
    page = render("{{ ballots.ballot(ballot) }}", ballot=BALLOT)
    wide, slim = page.find("svg", role="img")
    for drawing in (wide, slim):
        marks = [n.attributes["class"] for n in drawing.children if n.tag in {"circle", "rect"}]
        assert marks == ["for"] * 14 + ["against"] + ["abstain"] + ["open"] * 16
        assert "a favor 14" in drawing.attributes["aria-label"]
    assert [n.whole_text().split()[-1] for n in page.find("li")] == ["14", "1", "1", "16"]


@pytest.mark.parametrize(("seats", "threshold"), [(0, None), (1, 1), (32, 17), (35, 35), (40, 33)])
def test_every_mark_and_the_rule_stay_inside_the_drawing(seats: int, threshold: int | None) -> None:
    view = c.BallotView(0, 0, 0, seats, threshold, "")
    for slim in (False, True):
        drawing = charts.ballot(view, slim=slim)
        assert len(drawing.marks) == seats
        assert all(7 <= m.x <= drawing.width - 7 for m in drawing.marks)
        assert all(7 <= m.y <= drawing.height - 7 for m in drawing.marks)
        assert (drawing.rule_x is None) == (threshold is None)
        if drawing.rule_x is not None:
            assert 0 < drawing.rule_x <= drawing.width


def test_ballot_choices_are_one_group_with_none_preselected() -> None:
    options = (c.BallotChoice("in_favour", "A favor"), c.BallotChoice("abstain", "Abstención", "x"))
    page = render(
        "{{ ballots.choices('¿Cómo vota Haití?', options, help='Nada elegido.', error='Elija.') }}",
        options=options,
    )
    (group,) = page.find("fieldset")
    assert group.attributes["aria-describedby"].split() == ["vote-help", "vote-error"]
    radios = page.find("input", type="radio")
    assert [n.attributes["value"] for n in radios] == ["in_favour", "abstain"]
    assert not [n for n in radios if "checked" in n.attributes]


def test_the_account_reads_as_a_sum_with_true_minus_signs() -> None:
    rows = (
        c.AccountRow("Recibido", dollars(412500), href="/e"),
        c.AccountRow("menos desembolsado", -dollars(148900), "minus"),
        c.AccountRow("Disponible", dollars(263600), "sum"),
    )
    page = render("{{ money.account(rows, 'Cuenta') }}", rows=rows)
    assert [n.whole_text() for n in page.find("td")] == ["412.500", "−148.900", "263.600"]
    assert page.find("caption")[0].text == "Cuenta"


def test_the_chart_is_named_by_its_finding_and_its_table_adds_up() -> None:
    chart = c.BarChart(
        "Los aportes subieron de 78.000 a 130.000.",
        "Aportes por año",
        "Año",
        ("Miembros", "Observadores"),
        (
            c.BarRow("2023", (dollars(38000), dollars(40000))),
            c.BarRow("2026", (dollars(65000), dollars(65000))),
        ),
    )
    page = render("{{ money.hatches() }}{{ money.chart(chart) }}", chart=chart)
    for svg in page.find("svg", role="img"):
        assert svg.attributes["aria-label"] == chart.finding
    assert [n.text for n in page.find("td")][-3:] == ["103.000", "105.000", "208.000"]
    longest = charts.bars(chart, slim=True).lines[1].bars
    assert longest[-1].x + longest[-1].width <= 350 + 3


def test_the_shares_of_a_whole_fill_the_bar_and_skip_what_is_empty() -> None:
    parts = (
        c.Share("Disponible", dollars(1), "a"),
        c.Share("Reservado", dollars(0), "held"),
        c.Share("Desembolsado", dollars(3), "gone"),
    )
    bars = charts.shares(parts)
    assert [bar.tone for bar in bars] == ["a", "gone"]
    assert round(bars[-1].x + bars[-1].width) == 760
    page = render("{{ money.share_of(parts, 'De 4: 1 disponible.') }}", parts=parts)
    assert [n.whole_text() for n in page.find("li")][1] == "Reservado 0"


def test_an_untranslated_result_keeps_its_language_and_says_so() -> None:
    portuguese = Shown("Uma rede", "pt", is_original=True)
    found = (
        c.Result("Proyecto", portuguese, "/e", portuguese, tie=c.Tie("both", "Confirmado")),
        c.Result(
            "Oferta",
            SPANISH,
            "/f",
            SPANISH,
            ("x",),
            c.Tie("disputed", "En disputa"),
            date(2026, 3, 4),
        ),
    )
    page = render("{{ catalogue.results(found) }}", found=found)
    assert page.find("a", href="/e")[0].attributes["lang"] == "pt"
    assert "portugués" in page.find("p", **{"class": "original"})[0].text
    assert [
        n.attributes["class"] for n in page.find("span") if "tie" in n.attributes.get("class", "")
    ] == [
        "tie both",
        "tie disputed",
    ]


def test_facets_are_one_form_of_named_groups_that_keeps_the_search() -> None:
    facets = (
        c.Facet(
            "topic",
            "Tema",
            (c.FacetValue("a", "Retorno", 12, chosen=True), c.FacetValue("b", "Ley", 0)),
        ),
    )
    page = render("{{ catalogue.facets(facets, '/c', [('q', 'agrícola')]) }}", facets=facets)
    assert page.find("input", name="q")[0].attributes["value"] == "agrícola"
    assert [n.attributes["class"] for n in page.find("label")] == ["facet", "facet none"]
    assert len(page.find("button")) == 1


def test_filters_in_force_are_removed_by_links_that_name_them() -> None:
    filters = (c.ChosenFilter("Retorno", "/c?x"),)
    page = render(
        "{{ catalogue.chosen(filters) }}{{ catalogue.pages(p) }}",
        filters=filters,
        p=c.Paging(1, 5, 12, "", "/c?2"),
    )
    assert page.find("a", href="/c?x")[0].attributes["aria-label"] == "Quitar el filtro Retorno"
    assert page.find("a", rel="next")
    assert not page.find("a", rel="prev")


def test_a_text_in_several_languages_folds_the_others() -> None:
    texts = {"pt": "Uma rede", "en": "A network", "fr": ""}
    page = render(
        "{{ notes.localized(texts, shown, names) }}",
        texts=texts,
        shown=Shown("Uma rede", "pt", is_original=True),
        names=LANGUAGE_NAMES,
    )
    (folded,) = page.find("details")
    assert "A network" in folded.whole_text()
    assert [n.attributes["lang"] for n in folded.children if "lang" in n.attributes] == ["en"]


def test_work_says_what_is_to_be_done_until_when() -> None:
    row = c.WorkRow(
        "RICOMI-2026-0001",
        "Borrador",
        SPANISH,
        "/c",
        "Falta su firma.",
        date(2026, 9, 9),
        "3 días de atraso",
        "late",
    )
    page = render("<h2>x</h2>{{ case.work(rows) }}", rows=(row,))
    assert "Venció el" in page.find("p", **{"class": "due late"})[0].whole_text()
    assert page.find("time")[0].attributes["datetime"] == "2026-09-09"


def test_every_state_has_its_point_on_the_map() -> None:
    assert set(points()) == set(services().reference.states)
    page = render(
        "{{ maps.americas('Mapa', sharing, taking, arcs) }}",
        sharing={"PY"},
        taking={"PE"},
        arcs=arcs([("PY", "PE"), ("PY", "PE"), ("PY", "PY"), ("PY", "XX")]),
    )
    assert len(page.find("path", **{"class": "provider"})) == 1
    assert len(page.find("path", **{"class": "part"})) == 1
    assert len(page.find("path", **{"class": "arc"})) == 1
