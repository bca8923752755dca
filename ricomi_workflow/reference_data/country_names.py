"""Names of countries in four languages, from CLDR, and their alphabetical order."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from babel import Locale

from ricomi_workflow.kernel.actors import NETWORK
from ricomi_workflow.kernel.text import LANGUAGES, LocalizedText, fold
from ricomi_workflow.reference_data.model import Observer, Reference

_NETWORK_NAME = {
    "es": "Organización de los Estados Americanos",
    "en": "Organization of American States",
    "pt": "Organização dos Estados Americanos",
    "fr": "Organisation des États américains",
}


@cache
def _territories(lang: str) -> dict[str, str]:
    named = {str(code): str(name) for code, name in Locale.parse(lang).territories.items()}
    return named | {NETWORK: _NETWORK_NAME[lang]}


def country_name(code: str, lang: str) -> str:
    """The name of the country `code` (ISO 3166-1 alpha-2, or EU) in `lang`; else the code."""
    return _territories(lang if lang in LANGUAGES else "en").get(code, code)


def observer_name(observer: Observer, lang: str) -> str:
    """The name that the Organization uses for a permanent observer."""
    return observer.name[lang] if observer.name else country_name(observer.code, lang)


def donor_name(donor: str, reference: Reference, lang: str) -> str:
    """A state or observer by its name; any other donor as it calls itself."""
    if donor in reference.observers:
        return observer_name(reference.observers[donor], lang)
    return country_name(donor, lang) if donor in reference.states else donor


@cache
def country_label(code: str) -> LocalizedText:
    """The name of a country in the four languages."""
    return LocalizedText(**{lang: country_name(code, lang) for lang in LANGUAGES})


def language_name(code: str, lang: str) -> str:
    """The name of a language in `lang`."""
    return str(Locale.parse(lang).languages.get(code, code))


def sort_key(text: str) -> tuple[str, str]:
    """The place of a name in an alphabetical list: accents and case do not count."""
    return fold(text), text


def alphabetical(codes: Iterable[str], lang: str) -> list[str]:
    """Country codes in the alphabetical order of their names in `lang`."""
    return sorted(codes, key=lambda code: sort_key(country_name(code, lang)))
