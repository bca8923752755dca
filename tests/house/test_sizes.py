"""Small rooms: a module that grows past the limit has two subjects, a function two thoughts."""

import ast

from tests.support.tree import Definition, sources

MODULE_LINES = 400
FUNCTION_LINES = 40
REVISIONS = "migrations/versions/"  # a revision is the SQL of one day, written by a program
TAKEN_AWAY = "verifier/"  # one file by itself is what people take away and run


def body_lines(node: Definition) -> int:
    """How many lines a definition takes without its decorators and docstring."""
    first = node.body[0]
    documented = ast.get_docstring(node) is not None
    docstring = (first.end_lineno or 0) - first.lineno + 1 if documented else 0
    return (node.end_lineno or node.lineno) - node.lineno + 1 - docstring


def test_modules_are_short() -> None:
    faults = [
        f"{source.name}: {lines} lines"
        for source in sources()
        if not source.name.startswith((REVISIONS, TAKEN_AWAY))
        and (lines := len(source.text.splitlines())) > MODULE_LINES
    ]
    assert not faults, "\n".join(faults)


def test_functions_are_short() -> None:
    faults = [
        f"{source.name}:{node.lineno} {node.name}: {lines} lines"
        for source in sources()
        for node in source.definitions()
        if not isinstance(node, ast.ClassDef) and (lines := body_lines(node)) > FUNCTION_LINES
    ]
    assert not faults, "\n".join(faults)
