"""The raw material of a bulletin as Markdown and as plain values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ricomi_workflow.cases.act import Services
from ricomi_workflow.catalogue.entry_types import plural_label
from ricomi_workflow.decisions.commands import DECISION_KIND as DECISION
from ricomi_workflow.kernel.actors import NETWORK
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.text import show
from ricomi_workflow.localization import formats
from ricomi_workflow.reports.markdown import plain
from ricomi_workflow.reports.news import Item, News, sections


@dataclass(frozen=True, slots=True)
class Line:
    """One item in words: what happened to what, of whom, how it stands, where it is read."""

    title: str
    title_lang: str
    original: bool
    words: str
    href: str
    item: Item


@dataclass(frozen=True, slots=True)
class Part:
    """A section with its lines."""

    name: str
    label: str
    lines: tuple[Line, ...]


def list_parts(services: Services, told: News, lang: str) -> tuple[Part, ...]:
    """The sections that have something, in their order; kinds of one's own come last."""
    names = dict.fromkeys([*sections(services.library), *(item.section for item in told.items)])
    made = (
        Part(name, section_label(services, name, lang), tuple(_lines(services, told, name, lang)))
        for name in names
    )
    return tuple(part for part in made if part.lines)


def section_label(services: Services, name: str, lang: str) -> str:
    """What a section is called."""
    return plural_label(services.library, services.texts, name, lang)


def markdown(services: Services, told: News, lang: str) -> str:
    """The whole in Markdown (CommonMark), each item with the address where it is read."""
    say = services.texts.text
    first, last = formats.day(told.first, lang), formats.day(told.last, lang)
    blocks = [
        f"# {say('news.title', lang)}",
        say("news.between", lang, first=first, last=last),
    ]
    for part in list_parts(services, told, lang):
        rows = (f"- [{plain(x.title)}]({x.href}): {plain(x.words)}" for x in part.lines)
        blocks += [f"## {part.label}", "\n".join(rows)]
    if not told.items:
        blocks.append(say("news.nothing", lang))
    if told.cut:
        blocks.append(say("news.cut", lang))
    return "\n\n".join(blocks) + "\n"


def values(services: Services, told: News, lang: str) -> dict[str, Json]:
    """The whole as plain values; codes stay codes, texts are all that there are."""
    return {
        "from": told.first.isoformat(),
        "to": told.last.isoformat(),
        "complete": not told.cut,
        "items": [_value(services, item, lang) for item in told.items],
    }


def _value(services: Services, item: Item, lang: str) -> dict[str, Json]:
    return {
        "section": item.section,
        "what": item.what.value,
        "ref": item.ref,
        "country": None if item.country == NETWORK else item.country,
        "title": dict(item.title),
        "status": dict(item.status.as_dict()),
        "on": item.on.isoformat(),
        "entry": item.seq,
        "illustrative": item.illustrative,
        "url": _href(services, item, lang),
    }


def _lines(services: Services, told: News, name: str, lang: str) -> Iterator[Line]:
    for item in told.section(name):
        title = show(item.title, lang)
        yield Line(
            title.text or item.ref,
            title.lang,
            title.is_original,
            _words(services, item, lang),
            _href(services, item, lang),
            item,
        )


def _words(services: Services, item: Item, lang: str) -> str:
    say = services.texts.text
    country = "" if item.country == NETWORK else formats.country(item.country, lang)
    what = "" if item.section == DECISION else say(f"news.what_{item.what}", lang)
    mark = say("ui.illustrative", lang) if item.illustrative else ""
    told = (country, what, item.status[lang], formats.day(item.on, lang), mark)
    return " · ".join(part for part in told if part)


def _href(services: Services, item: Item, lang: str) -> str:
    return f"{services.base_url}/{lang}/{item.path}"


FORMATS: Mapping[str, str] = {
    "md": "text/markdown; charset=utf-8",
    "json": "application/json",
}
