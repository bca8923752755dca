"""One tone and one sign in every sentence that is shipped, whoever wrote it."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
SEALED = set((ROOT / "workflows" / "RELEASED.sha256").read_text(encoding="utf-8").split())
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same, ten times as fast
IN = ("texts", "notifications", "workflows", "forms", "reference")


CODED = "(?<!deadlines)(?<!Authorization)(?<!Content-Type)"  # names of programs, with their colon


def sentences(lang: str) -> Iterator[tuple[str, str]]:
    """By file, what is said in one language; files of the first release stay as they are."""
    for name, tree in trees():
        yield from ((name, text) for text in said(tree, lang))


@cache
def trees() -> tuple[tuple[str, object], ...]:
    """By file, what is written in it, read once for all languages."""
    files = [(x.relative_to(ROOT).as_posix(), x) for f in IN for x in (ROOT / f).rglob("*.yaml")]
    return tuple(
        (name, yaml.load(file.read_text(encoding="utf-8"), LOADER))  # noqa: S506 - safe either way
        for name, file in files
        if name not in SEALED
    )


def said(node: object, lang: str) -> Iterator[str]:
    if isinstance(node, Mapping):
        for key, value in node.items():
            if key == lang:
                yield from leaves(value)
            else:
                yield from said(value, lang)
    elif isinstance(node, list):
        for each in node:
            yield from said(each, lang)


def leaves(node: object) -> Iterator[str]:
    if isinstance(node, Mapping):
        for value in node.values():
            yield from leaves(value)
    else:
        yield str(node)


@pytest.mark.parametrize(
    ("lang", "foreign"),
    [
        ("pt", r"\bvocês?\b"),  # impersonal, or the possessive of courtesy
        ("pt", r"\b[Ee]xpediente\b"),  # of an office; a case is `caso`
        ("pt", r"\b(de|em|por|[Ss]egundo) \{(country|donor)\}"),  # a country has its article
        ("fr", "’"),  # one apostrophe: the straight one
        ("fr", r"\b(de|en|à|pour|par|[Ss]elon) \{country\}"),
        ("fr", r"\b([Tt]u|[Tt]on|[Tt]es)\b"),
        ("es", r"\b([Tt]ú|[Tt]us?|[Vv]osotros|[Vv]os)\b"),
    ],
)
def test_a_language_has_one_tone(lang: str, foreign: str) -> None:
    found = [f"{name}: {text}" for name, text in sentences(lang) if re.search(foreign, text)]
    assert not found, "\n".join(found)


def test_what_stands_side_by_side_is_joined_as_french_does() -> None:
    """By `joined`; only a table for programs and what developers read have one sign for all."""
    plain = {"ricomi_workflow/exports/tables.py", "ricomi_workflow/kernel/errors.py"}
    package = ROOT / "ricomi_workflow"
    found = {
        str(file.relative_to(ROOT))
        for file in package.rglob("*.py")
        if '"; ".join(' in file.read_text(encoding="utf-8")
    }
    assert found == plain


def test_high_signs_of_french_stand_off_by_a_space() -> None:
    found = [
        f"{name}: {text}"
        for name, text in sentences("fr")
        if re.search(rf"[^\s0-9/][;?!]|[^\W\d]{CODED}:\s|\S»|«\S", text)
    ]
    assert not found, "\n".join(found)
