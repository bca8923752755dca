"""What a state answered is read in one slice: the rest of the product asks its queries."""

import ast
from collections.abc import Iterator
from itertools import pairwise

from tests.support.tree import Source, sources

SLICE = "ricomi_workflow/ballots/"
MODELS = "ricomi_workflow.ballots.models"
ROWS = "ricomi_workflow.ballots.rows"
READING = frozenset({"find_held", "find_all_held", "Held"})  # answers as they are kept
TELLING = frozenset({"latest", "tally"})  # of where a ballot stands; views have fields called so


def faults(source: Source) -> Iterator[str]:
    """The places where a module reads positions past the queries of ballots."""
    taken = imports(source)
    if "vote" in taken.get(MODELS, ()):
        yield f"{source.name}: the table of votes"
    for name in sorted(READING & taken.get(ROWS, set())):
        yield f"{source.name}: {name}"
    for node in ast.walk(source.tree):
        telling = isinstance(node, ast.Attribute) and node.attr in TELLING and _of_standing(node)
        if telling and "find_standing" in taken.get(ROWS, ()):
            yield f"{source.name}: {ast.unparse(node)}"
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _asks(node.value):
            yield f"{source.name}:{node.lineno}: SQL on votes"


def imports(source: Source) -> dict[str, set[str]]:
    """The names that a module takes, by the module that they come from."""
    taken: dict[str, set[str]] = {}
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            taken.setdefault(node.module, set()).update(alias.name for alias in node.names)
    return taken


def _asks(text: str) -> bool:
    words = pairwise(text.lower().split())
    return any(pair in {("from", "vote"), ("join", "vote")} for pair in words)


def _of_standing(node: ast.Attribute) -> bool:
    return "standing" in ast.unparse(node.value).lower()


def test_no_module_outside_ballots_reads_what_a_state_answered() -> None:
    found = [
        fault
        for source in sources("ricomi_workflow")
        if not source.name.startswith(SLICE)
        for fault in faults(source)
    ]
    assert not found, "\n".join(found)
