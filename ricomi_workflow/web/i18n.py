"""The language of a page is the first part of its address; the switch keeps page and query.

`/` leads to the home page in the language of the account, else the best that the browser accepts,
else Spanish. `t("ui.search")` in a template is the sentence `search` of `texts/ui.yaml`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from flask import Flask, current_app, g, redirect, request, url_for
from markupsafe import Markup
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from ricomi_workflow.definitions.number_formats import SIGN_AFTER, SIGNS
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.kernel.text import LANGUAGE_NAMES, LANGUAGES, LocalizedText, show
from ricomi_workflow.localization import formats
from ricomi_workflow.reference_data.country_names import alphabetical, language_name, sort_key
from ricomi_workflow.web.current_user import actor, services

DEFAULT = "es"
PREFIX = f"/<any({', '.join(LANGUAGES)}):lang>"
_BEFORE = Markup('<span class="money"><span class="unit">{1} </span>{0}</span>')
_AFTER = Markup('<span class="money">{0} <span class="unit">{1}</span></span>')
_CAPITALS = (
    "Antigua Argentina/Buenos_Aires Asuncion Barbados Belize Bogota Caracas Costa_Rica Dominica"
    " El_Salvador Grenada Guatemala Guayaquil Guyana Havana Jamaica La_Paz Lima Managua Mexico_City"
    " Montevideo Nassau New_York Panama Paramaribo Port-au-Prince Port_of_Spain Santiago"
    " Santo_Domingo Sao_Paulo St_Kitts St_Lucia St_Vincent Tegucigalpa Toronto"
).split()
ZONES = tuple(f"America/{name}" for name in _CAPITALS)


@dataclass(frozen=True, slots=True)
class Switch:
    """One language of the switch: its own name and this page in it."""

    code: str
    name: str
    href: str
    current: bool


def install(app: Flask) -> None:
    """Take the language from the address, give it to every link, and offer texts and formats."""
    app.url_value_preprocessor(_take)
    app.url_defaults(_give)
    app.add_url_rule("/", "front", front)
    app.jinja_env.globals.update(t=t, language=language, language_switch=switches)
    app.jinja_env.globals.update(hours_note=hours_note)
    app.jinja_env.filters.update(
        day=lambda value: formats.day(value, language()),
        short_day=lambda value: formats.short_day(value, language()),
        exact=lambda value: formats.exact_decimal(value, language()),
        instant=lambda value: formats.instant(value, language(), zone()),
        term=term,
        short_term=lambda value: formats.instant_in(value, language(), services().calendar.zone),
        instant_at=lambda value: formats.instant_at(value, language(), zone()),
        money=lambda value: money(value, language()),
        money_text=lambda value: formats.money(value, language()),
        figure=lambda value: formats.amount(value, language()),
        number=lambda value: formats.number(value, language()),
        listed=lambda values: formats.list_text([*values], language()),
        country=lambda code: formats.country(code, language()),
        countries_by_name=lambda codes: [
            (code, formats.country(code, language())) for code in alphabetical(codes, language())
        ],
        localized=lambda texts: show(texts, language()),
        labelled=lambda values, key, end="": [(str(v), t(f"{key}{v}{end}")) for v in values],
        language_name=lambda code: language_name(code, language()),
    )


def language() -> str:
    """The language of this request: of its address, else the one the reader prefers."""
    if "lang" in g:
        return cast("str", g.lang)
    first = request.path.split("/", 2)[1]  # an address that leads nowhere has a language too
    return first if first in LANGUAGES else preferred()


def every_language(key: str) -> LocalizedText:
    """The text `key` in every language, as a definition holds its labels."""
    texts = services().texts
    return LocalizedText(**{lang: texts.text(key, lang) for lang in LANGUAGES})


def zone() -> str:
    """The zone in which hours are shown: the reader's own, else the Secretariat's.

    Days without an hour, and terms, are those of the Secretariat's calendar for everybody.
    """
    return actor().zone or services().calendar.zone


def hours_note() -> str:
    """Whose hours this page shows, and whose days."""
    own, official = (formats.city(x, language()) for x in (zone(), services().calendar.zone))
    return t("ui.hours_of" if own != official else "ui.hours_official", own=own, official=official)


def term(value: datetime) -> str:
    """The end of a term: the Secretariat's day and hour, and beside it the reader's own hour."""
    lang, official = language(), services().calendar.zone
    said = formats.instant_at(value, lang, official)
    own = formats.instant_beside(value, lang, official, zone())
    return t("ui.also_at", at=said, there=own) if own else said


def t(key: str, **params: object) -> str:
    """The sentence `key` in the language of this request, amounts and days written in it."""
    lang = language()
    ready = {name: formats.plain(value, lang, zone()) for name, value in params.items()}
    return services().texts.text(key, lang, **ready)


def preferred() -> str:
    """The language of the account, else the best the browser accepts, else the default."""
    if actor().user_id is not None:
        return actor().lang
    wanted = (tag.partition("-")[0].lower() for tag, _quality in request.accept_languages)
    return next((lang for lang in wanted if lang in LANGUAGES), DEFAULT)


def front() -> Response:
    """Lead to the home page in the reader's language."""
    answer = redirect(f"/{preferred()}/")
    answer.headers["Vary"] = "Accept-Language, Cookie"
    return answer


def switches() -> list[Switch]:
    """The four languages, each with the address of this very page in it."""
    here = language()
    return [
        Switch(code, LANGUAGE_NAMES[code], _this_page(code), code == here) for code in LANGUAGES
    ]


def _this_page(lang: str) -> str:
    rule, endpoint = request.url_rule, request.endpoint
    if rule is None or endpoint is None or "lang" not in rule.arguments:
        return f"/{lang}/"
    if "GET" not in (rule.methods or ()):  # what a form answered: the page that holds the form
        endpoint = _page_at(request.path)
        if endpoint is None:
            return f"/{lang}/"
    url = url_for(endpoint, **{**(request.view_args or {}), "lang": lang})
    query = request.query_string.decode()
    return f"{url}?{query}" if query else url


def _page_at(path: str) -> str | None:
    """The endpoint that shows a page at `path`; None when only forms are sent there."""
    adapter = current_app.create_url_adapter(request)
    try:
        endpoint, _ = adapter.match(path, method="GET") if adapter else (None, {})
    except HTTPException:
        return None
    return cast("str | None", endpoint)


def _take(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    if values and "lang" in values:
        g.lang = values.pop("lang")


def _give(endpoint: str, values: dict[str, Any]) -> None:
    if "lang" not in values and current_app.url_map.is_endpoint_expecting(endpoint, "lang"):
        values["lang"] = language()


def money(amount: Money, lang: str) -> Markup:
    """The figure of `amount` with the currency where `lang` puts it."""
    template = _AFTER if lang in SIGN_AFTER else _BEFORE
    return template.format(formats.amount(amount, lang), SIGNS[lang])


def zone_choices(lang: str, present: str) -> list[tuple[str, str]]:
    """Each zone with the place whose time it is, by name; `present` is among them."""
    zones = ZONES if present in ZONES else (*ZONES, present)
    named = [(zone, formats.city(zone, lang).rpartition("/")[2]) for zone in zones]
    return sorted(named, key=lambda pair: sort_key(pair[1]))
