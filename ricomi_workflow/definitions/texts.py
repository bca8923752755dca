"""The sentences of the interface, in four languages.

`texts/<area>.yaml` holds key → {es, en, pt, fr}. A sentence is a template for `str.format`: only
plain `{name}`s. Where a number changes the sentence, a language's value is a mapping of plural
categories (`one`, `other`, …), chosen by CLDR's rule for the parameter `n`. Incomplete texts do
not load: a page never meets a missing language.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter

from babel import Locale

from ricomi_workflow import resources
from ricomi_workflow.definitions.yaml_node import YamlNode
from ricomi_workflow.definitions.yaml_reader import read_yaml
from ricomi_workflow.kernel.errors import DefinitionError, Mistake
from ricomi_workflow.kernel.text import LANGUAGES, space_french

Sentence = str | Mapping[str, str]  # one text, or one a plural category


@cache
def _plural_tags(lang: str) -> frozenset[str]:
    return frozenset(Locale.parse(lang).plural_form.tags) | {"other"}


@dataclass(frozen=True, slots=True)
class Texts:
    """Every sentence by its key `area.name` and language."""

    sentences: Mapping[str, Mapping[str, Sentence]]

    def text(self, key: str, lang: str, /, **params: object) -> str:
        """The sentence `key` in `lang` (English for a language we do not have), filled in.

        Raises: KeyError for an unknown key or a parameter that the sentence needs and lacks.
        """
        lang = lang if lang in LANGUAGES else "en"
        sentence = self.sentences[key][lang]
        if not isinstance(sentence, str):
            sentence = _form_for(sentence, _number(params["n"]), lang)
        told = sentence.format_map(params)
        return space_french(told) if lang == "fr" else told

    def has(self, key: str) -> bool:
        """Whether there is a sentence called `key`."""
        return key in self.sentences

    def keys(self, area: str = "") -> Iterator[str]:
        """The keys, of one area or of all."""
        return (key for key in self.sentences if key.startswith(f"{area}." if area else ""))


def _form_for(forms: Mapping[str, str], number: int, lang: str) -> str:
    """The form of a sentence for a number.

    French and Portuguese count nought as one; a form that says `one` in words is no form for it.
    """
    chosen = forms.get(Locale.parse(lang).plural_form(number)) or forms["other"]
    return chosen if number or "{n}" in chosen else forms["other"]


def _number(value: object) -> int:
    if isinstance(value, int):
        return value
    raise KeyError(f"n must be a whole number, not {value!r}")


def load_texts(root: Path | None = None) -> Texts:
    """Every sentence of the YAML files in `root` (default: the packaged ones).

    Raises: DefinitionError with every mistake of all files.
    """
    folder = root or resources.root("texts")
    mistakes: list[Mistake] = []
    sentences: dict[str, Mapping[str, Sentence]] = {}
    for file in sorted(folder.glob("*.yaml")):
        value, notation = read_yaml(file.read_bytes(), f"texts/{file.name}")
        mistakes.extend(notation)
        if not isinstance(value, Mapping):
            mistakes.append(Mistake(f"texts/{file.name}", "file", "no mapping", "keys with texts"))
            continue
        node = YamlNode(f"texts/{file.name}", "", value, mistakes)
        for key, entry in value.items():
            sentences[f"{file.stem}.{key}"] = _languages(node.at(key, entry))
    if mistakes:
        raise DefinitionError(list(dict.fromkeys(mistakes)))
    return Texts(sentences)


def _languages(node: YamlNode) -> Mapping[str, Sentence]:
    """The sentence of each language; their placeholders must be the same."""
    at = node.record(" ".join(LANGUAGES))
    result = {lang: _sentence(at[lang], lang) for lang in LANGUAGES}
    used = {lang: _used(at[lang], sentence) for lang, sentence in result.items()}
    every = set().union(*used.values())
    for lang, names in used.items():
        if names != every and not at[lang].absent:
            missing = ", ".join(sorted(every - names))
            at[lang].wrong(f"the same {{names}} in every language: {missing}", found="fewer")
    return result


def _sentence(node: YamlNode, lang: str) -> Sentence:
    if not isinstance(node.value, Mapping):
        return node.text()
    optional = " ".join(sorted(_plural_tags(lang) - {"one", "other"}))
    at = node.record("one other", optional)
    return {tag: at[tag].text() for tag in at if not at[tag].absent}


def _used(node: YamlNode, sentence: Sentence) -> set[str]:
    """The names that a sentence uses; a plural counts as using `n`."""
    names: set[str] = set() if isinstance(sentence, str) else {"n"}
    for text in [sentence] if isinstance(sentence, str) else sentence.values():
        names |= placeholders(node, text)
    return names


def placeholders(node: YamlNode, text: str) -> set[str]:
    """The `{name}`s of a template; anything but plain names is written down as a mistake."""
    try:
        parts = list(Formatter().parse(text))
    except ValueError as error:
        node.wrong("braces in pairs, doubled for a brace", found=str(error))
        return set()
    names = set()
    for _, name, spec, conversion in parts:
        if name is None:
            continue
        if not name.isidentifier() or spec or conversion:
            node.wrong("plain {name}s", found=f"{{{name}{'!' if conversion else ''}{spec or ''}}}")
        names.add(name)
    return names
