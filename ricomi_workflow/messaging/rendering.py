"""From a stored message to words: subject and text in the reader's language and zone.

A message holds facts. Each is written by its kind: texts that people wrote in the reader's
language if there is one, states by their public label, amounts, days and instants by CLDR, an
instant with the place whose time it is. Mail and inbox show the same words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from html import escape
from typing import Protocol

from jinja2 import StrictUndefined, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment

from ricomi_workflow.definitions.library import Library
from ricomi_workflow.definitions.texts import Texts
from ricomi_workflow.identity.sign_in import link_path, link_token
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.clock import parse_iso
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.kernel.refs import is_exercise_ref
from ricomi_workflow.kernel.text import LANGUAGES, show
from ricomi_workflow.localization import formats
from ricomi_workflow.messaging.queries import Message

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_COUNTRIES = frozenset({"country", "countries"})
_AMOUNT = frozenset({"minor", "currency"})


class RenderingServices(Protocol):
    """What rendering consults; the composed services have it."""

    @property
    def library(self) -> Library:
        """Messages and workflows."""
        ...

    @property
    def texts(self) -> Texts:
        """Sentences in four languages."""
        ...

    @property
    def base_url(self) -> str:
        """Public address of the site."""
        ...

    @property
    def secret_key(self) -> str:
        """Key from which one-time links are made."""
        ...


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: key, language, zone."""

    user_id: int
    lang: str
    zone: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message in words."""

    subject: str
    text: str
    lang: str
    link: str

    def html(self) -> str:
        """The same words as a page; nothing in it is active but the product's own link."""
        paragraphs = [
            escape(paragraph).replace("\n", "<br>\n")
            for paragraph in self.text.strip().split("\n\n")
        ]
        body = "\n".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
        address = escape(self.link)
        body = body.replace(address, f'<a href="{address}">{address}</a>')
        return (
            f'<!doctype html>\n<html lang="{self.lang}">\n<head><meta charset="utf-8">'
            f"<title>{escape(self.subject)}</title></head>\n"
            '<body style="font-family: sans-serif; line-height: 1.5; max-width: 38em">\n'
            f"{body}\n</body>\n</html>\n"
        )


def render(
    ground: RenderingServices, message: Message, reader: Reader, *, private: bool = False
) -> Rendered:
    """The words of `message` for `reader`.

    `private`: for delivery to the reader's own mailbox, where a one-time link may stand; elsewhere
    its place is taken by the home page. Raises: KeyError for a message that no file defines.
    """
    definition = ground.library.messages[message.name]
    lang = reader.lang if reader.lang in LANGUAGES else "en"
    words: dict[str, object] = dict.fromkeys(definition.params, "")
    for name, value in message.params.items():
        words[name] = _written(ground, name, value, message.params, reader)
    words["link"] = link = _link(ground, message.params, reader, private=private)
    subject = _template(definition.subject[lang]).render(words)
    text = _template(definition.bodies[lang]).render(words)
    if is_exercise_ref(str(message.params.get("ref"))):
        subject = f"[{ground.texts.text('exercise.mark', lang)}] {subject}"
        text = f"{ground.texts.text('exercise.mail', lang)}\n\n{text.strip()}"
    return Rendered(" ".join(subject.split()), text.strip() + "\n", lang, link)


@lru_cache(maxsize=512)
def _template(source: str) -> Template:
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined)
    return environment.from_string(source)


def _link(
    ground: RenderingServices, params: Mapping[str, Json], reader: Reader, *, private: bool
) -> str:
    nonce, purpose, ref = params.get("nonce"), params.get("purpose"), params.get("ref")
    if isinstance(page := params.get("page"), str):
        return f"{ground.base_url}/{reader.lang}/{page}"
    if private and isinstance(nonce, str) and isinstance(purpose, str):
        token = link_token(ground.secret_key, reader.user_id, purpose, nonce)
        return ground.base_url + link_path(reader.lang, token)
    if isinstance(ref, str):
        return f"{ground.base_url}/{reader.lang}/cases/{ref}"
    return f"{ground.base_url}/{reader.lang}/"


def _written(
    ground: RenderingServices, name: str, value: Json, params: Mapping[str, Json], reader: Reader
) -> object:
    match value:
        case str():
            return _string(ground, name, value, params, reader)
        case Mapping() if name == "tally":
            return _tally(ground, value, reader.lang)
        case Mapping():
            return _mapping(value, reader.lang)
        case Sequence() if name == "entries":
            return "\n".join(_entry(ground, each, reader.lang) for each in value)
        case Sequence():
            items = [str(_written(ground, name, item, params, reader)) for item in value]
            return formats.list_text(items, reader.lang)
        case _:
            return value


def _entry(ground: RenderingServices, told: Json, lang: str) -> str:
    """An entry of the catalogue in a list: its title, and below it where to read it."""
    told = told if isinstance(told, Mapping) else {}
    title, ref = told.get("title"), str(told.get("ref", ""))
    words = _mapping(title, lang) if isinstance(title, Mapping) and title else ref
    return f"- {words}\n  {ground.base_url}/{lang}/catalogue/{ref}"


def _string(
    ground: RenderingServices, name: str, value: str, params: Mapping[str, Json], reader: Reader
) -> str:
    if name == "state":
        return _state(ground, value, params, reader.lang)
    if name == "actor_office":
        return _in_whose_name(ground, _office(ground, value, reader.lang), params, reader.lang)
    if name == "from_name":
        return _both_names(ground, value, params.get("from_giver"), reader.lang)
    if name in _COUNTRIES:
        return formats.country(value, reader.lang)
    return _moment(value, reader)


def _moment(value: str, reader: Reader) -> str:
    """An instant or a day as the reader writes it; anything else as it is."""
    if _INSTANT.fullmatch(value):
        return formats.instant_at(parse_iso(value), reader.lang, reader.zone)
    if _DAY.fullmatch(value):
        return formats.day(date.fromisoformat(value), reader.lang)
    return value


def _both_names(ground: RenderingServices, name: str, giver: Json, lang: str) -> str:
    """The name of who acted; of a stand-in, with the name of whom they stand in for."""
    if not giver:
        return name
    return ground.texts.text("delegation.pair", lang, delegate=name, giver=giver)


def _mapping(value: Mapping[str, Json], lang: str) -> str:
    if value.keys() == _AMOUNT:
        return formats.money(Money(int(str(value["minor"])), str(value["currency"])), lang)
    return show({key: str(text) for key, text in value.items() if text}, lang).text


# Apart from each other; who is in favour with reservations is among those in favour.
_ANSWERS = ("in_favour", "against", "abstain", "not_participating", "recused", "absent")


def _tally(ground: RenderingServices, value: Mapping[str, Json], lang: str) -> str:
    """How a ballot ended, as a sentence: the figures kept with its outcome."""
    figures = {key: number for key, number in value.items() if isinstance(number, int)}
    answered = sum(figures.get(key, 0) for key in _ANSWERS)
    unanswered = figures["electorate"] - answered
    return ground.texts.text("mail.tally", lang, unanswered=unanswered, **figures)


def _state(ground: RenderingServices, name: str, params: Mapping[str, Json], lang: str) -> str:
    workflow = ground.library.workflows.get(str(params.get("definition")))
    state = workflow.states.get(name) if workflow else None
    return state.public[lang] if state else name


def _in_whose_name(
    ground: RenderingServices, words: str, params: Mapping[str, Json], lang: str
) -> str:
    """The office of who acted; of a stand-in, with the names of both."""
    stood_in = params.get("acted_for")
    if not isinstance(stood_in, Mapping):
        return words
    both = {"by": stood_in["by"], "giver": stood_in["name"]}
    return ground.texts.text("delegation.acted", lang, office=words, **both)


def _office(ground: RenderingServices, office: str, lang: str) -> str:
    """`focal_point:PY` as the reader's language calls it, for instance with the country's name."""
    if not office:
        return ""
    role, _, country = office.partition(":")
    key = f"ui.role_{role}" if ground.texts.has(f"ui.role_{role}") else "mail.office_other"
    if role == "system":
        key = "mail.office_system"
    named = ground.texts.text(key, lang)
    return f"{named}, {formats.country(country, lang)}" if country else named
