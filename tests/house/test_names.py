"""Names say what a thing is; the words below say only that its author had not decided."""

import ast
import re
from collections.abc import Iterator
from functools import cache

from tests.support.tree import Source, sources

FORBIDDEN = {
    "base",
    "common",
    "data",
    "handler",
    "helper",
    "helpers",
    "info",
    "manager",
    "processor",
    "util",
    "utils",
}
# Words of our own for what has a standard term: docs/glossary.md says which.
RETIRED = {
    "careers",
    "chronicle",
    "gift",
    "gifts",
    "metronome",
    "oath",
    "oaths",
    "pairing",
    "pulse",
    "purse",
    "purses",
    "reckon",
    "reckoned",
    "rehearsal",
    "shelf",
    "shelves",
    "tell",
    "telling",
    "tells",
    "told",
    "witness",
    "witnesses",
}
# Terms that others gave: reference data, RICOMI_BASE_URL, the folder of XDG_DATA_HOME, callbacks.
GIVEN = re.compile(r"base_url|reference_data|data_folder|^handle_data$", re.IGNORECASE)
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


@cache
def words(name: str) -> list[str]:
    """The words of a name, in small letters: `MoneyField` and `money_field` are the same two."""
    return [word.lower() for word in WORD.findall(name)]


def names(source: Source) -> Iterator[tuple[str, str]]:
    """Where a name is given, and the name: the module's path, its classes, its functions.

    A test's name is a sentence and may use any word.
    """
    yield source.name, GIVEN.sub("", source.name.removesuffix(".py"))
    for node in source.definitions():
        if not node.name.startswith("test_"):
            yield f"{source.name}:{node.lineno}", GIVEN.sub("", node.name)


def test_names_avoid_the_forbidden_words() -> None:
    faults = [
        f"{place}: {name} says {', '.join(sorted(found))}"
        for source in sources("ricomi_workflow", "tests", "benchmarks", "verifier")
        for place, name in names(source)
        if (found := FORBIDDEN.intersection(words(name)))
    ]
    assert not faults, "\n".join(faults)


def test_names_avoid_the_retired_words() -> None:
    faults = [
        f"{place}: {name} says {', '.join(sorted(found))}"
        for source in sources("ricomi_workflow")
        for place, name in names(source)
        if (found := RETIRED.intersection(words(name)))
    ]
    assert not faults, "\n".join(faults)


def test_no_class_calls_itself_a_service() -> None:
    faults = [
        f"{source.name}:{node.lineno} {node.name}"
        for source in sources("ricomi_workflow")
        for node in source.definitions()
        if isinstance(node, ast.ClassDef) and words(node.name)[-1:] == ["service"]
    ]
    assert not faults, "\n".join(faults)
