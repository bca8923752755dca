"""What a state answered is read in one slice: the rest of the product asks its queries."""

import ast
from collections.abc import Iterator

from tests.support.tree import Source, sources

SLICE = "ricomi_workflow/ballots/"
MODELS = "ricomi_workflow.ballots.models"
ROWS = "ricomi_workflow.ballots.rows"
READING = frozenset({"find_held", "find_all_held", "Held"})  # answers as they are kept
TELLING = frozenset({"latest", "tally"})  # of where a ballot stands; views have fields called so


def faults(source: Source) -> Iterator[str]:
    """The places where a module reads positions past the queries of ballots."""
    taken: dict[str, set[str]] = {}
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            taken.setdefault(node.module, set()).update(alias.name for alias in node.names)
    if "vote" in taken.get(MODELS, ()):
        yield f"{source.name}: the table of votes"
    for name in sorted(READING & taken.get(ROWS, set())):
        yield f"{source.name}: {name}"
    if "find_standing" in taken.get(ROWS, ()):
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Attribute) and node.attr in TELLING and _of_standing(node):
                yield f"{source.name}:{node.lineno}: {ast.unparse(node)}"
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            words = node.value.lower().split()
            if any(
                pair in {("from", "vote"), ("join", "vote")}
                for pair in zip(words, words[1:], strict=False)
            ):
                yield f"{source.name}:{node.lineno}: SQL on votes"


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
