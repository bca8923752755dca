"""Sentences are complete in four languages and agree about their parameters."""

from __future__ import annotations

from pathlib import Path

import pytest

from ricomi_workflow.definitions.texts import Texts, load_texts
from ricomi_workflow.kernel.errors import DefinitionError
from tests.definitions.samples import Tree, four, put


def texts(root: Path, **entries: object) -> Texts:
    put(root / "case.yaml", entries)
    return load_texts(root)


def plural(word: str) -> Tree:
    forms = {"one": f"{{n}} {word}", "other": f"{{n}} {word}s"}
    return dict.fromkeys(("es", "en", "pt", "fr"), forms)


def test_a_sentence_is_filled_in_the_readers_language(tmp_path: Path) -> None:
    found = texts(tmp_path, waits=four("{who}"))
    assert found.text("case.waits", "pt", who="Ana") == "Ana pt"
    assert found.text("case.waits", "xx", who="Ana") == "Ana en"
    assert list(found.keys("case")) == ["case.waits"]
    assert found.has("case.waits")
    assert not found.has("case.other")


@pytest.mark.parametrize(
    ("lang", "n", "text"),
    [
        ("en", 0, "0 acts"),
        ("fr", 0, "0 act"),  # French counts zero as singular
        ("pt", 1, "1 act"),
        ("es", 1, "1 act"),
        ("es", 2, "2 acts"),
        ("es", 1_000_000, "1000000 acts"),  # CLDR's `many` falls back to `other`
    ],
)
def test_the_plural_follows_the_language(tmp_path: Path, lang: str, n: int, text: str) -> None:
    assert texts(tmp_path, acts=plural("act")).text("case.acts", lang, n=n) == text


@pytest.mark.parametrize("lang", ["es", "en", "pt", "fr"])
def test_none_is_never_told_as_one(tmp_path: Path, lang: str) -> None:
    forms = {key: {"one": "one case", "other": "{n} cases"} for key in ("es", "en", "pt", "fr")}
    found = texts(tmp_path, cases=forms)
    assert found.text("case.cases", lang, n=0) == "0 cases"
    assert found.text("case.cases", lang, n=1) == "one case"


def test_french_quotation_marks_do_not_part_from_their_words(tmp_path: Path) -> None:
    found = texts(tmp_path, quoted=dict.fromkeys(("es", "en", "pt", "fr"), "« {x} » ; b ?"))
    assert found.text("case.quoted", "fr", x="a") == "«\u00a0a\u00a0»\u00a0; b\u00a0?"
    assert found.text("case.quoted", "pt", x="a") == "« a » ; b ?"


@pytest.mark.parametrize(
    ("entry", "where"),
    [
        ({"es": "a", "en": "a", "pt": "a"}, "x.fr: found nothing"),
        ({**four("a"), "de": "a"}, "x.de: found an unknown key"),
        ({**four("{n}"), "pt": "a"}, "x.pt: found fewer"),
        ({**four("a"), "en": "{a.b}"}, "x.en: found {a.b}"),
        ({**four("a"), "en": "{"}, "x.en: found"),
        ({**four("{n}"), "en": {"other": "{n}"}}, "x.en.one: found nothing"),
        ({**four("{n}"), "en": {"one": "a", "few": "a", "other": "{n}"}}, "x.en.few: found an"),
    ],
)
def test_an_incomplete_sentence_does_not_load(tmp_path: Path, entry: Tree, where: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        texts(tmp_path, x=entry)
    assert f"texts/case.yaml: {where}" in str(caught.value)


def test_a_parameter_that_is_not_given_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        texts(tmp_path, waits=four("{who}")).text("case.waits", "es")
