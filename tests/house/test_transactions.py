"""One act, one transaction: only the unit of work begins, commits and rolls back."""

import ast

from tests.support.tree import sources

KEEPER = "ricomi_workflow/db/uow.py"


def ends_transaction(node: ast.AST) -> bool:
    """Whether `node` calls a method that ends a transaction."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"commit", "rollback"}
    )


def begins_on_engine(node: ast.AST) -> bool:
    """Whether `node` opens a transaction on an engine or connection directly."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"begin", "begin_nested"}
        and ast.unparse(node.func.value).rpartition(".")[2] in {"engine", "connection", "session"}
    )


def test_transactions_are_ended_in_one_place() -> None:
    faults = [
        f"{source.name}:{getattr(node, 'lineno', 0)}: {ast.unparse(node)}"
        for source in sources("ricomi_workflow")
        if source.name != KEEPER
        for node in ast.walk(source.tree)
        if ends_transaction(node) or begins_on_engine(node)
    ]
    assert not faults, "\n".join(faults)
