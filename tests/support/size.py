"""Print how large the product is, and how many modules a page reads through to reach SQL.

.venv/bin/python -m tests.support.size
"""

import ast
import sys
from collections import Counter, deque
from collections.abc import Iterator
from statistics import median

from tests.support.tree import Source, sources

PACKAGE = "ricomi_workflow"
SQL = {"delete", "insert", "select", "text", "union_all", "update"}
APART = (f"{PACKAGE}.db.", f"{PACKAGE}.kernel.", f"{PACKAGE}.web.")  # no queries of a slice


def module_of(source: Source) -> str:
    """The dotted name of a module."""
    return source.name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def imports(source: Source) -> Iterator[str]:
    """Every name that a module imports, as `module.name`."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def hops(start: str, graph: dict[str, set[str]], goals: set[str]) -> int:
    """Count the modules from `start` to the nearest of `goals`, both included; 0 without a way."""
    seen, waiting = {start}, deque([(start, 1)])
    while waiting:
        module, length = waiting.popleft()
        if module in goals:
            return length
        waiting.extend((each, length + 1) for each in graph[module] - seen)
        seen |= graph[module]
    return 0


def reading_paths() -> dict[str, int]:
    """By module of routes: how many modules of ours lead to the nearest SQL of a slice."""
    modules = {module_of(source): source for source in sources(PACKAGE)}
    taken = {name: set(imports(source)) for name, source in modules.items()}
    graph = {
        name: {each if each in modules else each.rpartition(".")[0] for each in found}
        & modules.keys()
        for name, found in taken.items()
    }
    goals = {
        name
        for name, found in taken.items()
        if not name.startswith(APART) and found & {f"sqlalchemy.{word}" for word in SQL}
    }
    routes = [name for name in modules if ".web." in name and name.endswith("routes")]
    return {name: hops(name, graph, goals) for name in sorted(routes)}


def main() -> None:
    """Print the counts."""
    found = sources(PACKAGE)
    lines = [len(source.text.splitlines()) for source in found]
    functions = [
        (node.end_lineno or 0) - node.lineno + 1
        for source in found
        for node in source.definitions()
        if not isinstance(node, ast.ClassDef)
    ]
    packages = Counter(source.name.split("/")[1] for source in found)
    paths = reading_paths()
    longest = max(paths, key=paths.__getitem__)
    print_line = sys.stdout.write
    print_line(f"{len(found)} modules, {sum(lines)} lines, {len(packages)} packages\n")
    print_line(f"{len(functions)} functions, median {median(functions):.0f} lines\n")
    print_line(f"route to SQL: median {median(paths.values()):.0f} modules, longest ")
    print_line(f"{paths[longest]} ({longest.removeprefix(PACKAGE + '.web.')})\n")


if __name__ == "__main__":
    main()
