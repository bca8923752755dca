"""Change one operator of a rule at a time and see whether a test notices.

    .venv/bin/python -m tests.support.mutants --each 8

draws the same sample for the same seed and text of a module, runs the tests of its slice on each
mutant in a copy of the tree, and prints the mutants that no test noticed. It takes minutes and is
no part of `./ricomi test`.
"""

import argparse
import ast
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Final

ROOT = Path(__file__).parents[2]
# The rules that are measured, and the tests that hold them.
RULES: Final = {
    "ballots/rules.py": ("tests/ballots", "tests/decisions"),
    "ledger/accounts.py": ("tests/ledger", "tests/fund"),
    "ledger/posting.py": ("tests/ledger", "tests/fund"),
    "engine/process.py": ("tests/engine", "tests/cases"),
    "definitions/conditions.py": ("tests/definitions",),
    "definitions/rules.py": ("tests/definitions",),
}
COMPARED: Final = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
COUNTED: Final = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
}


def changed(node: ast.AST) -> bool:
    """Change `node` in place where there is a rule for its kind; whether there was one."""
    if isinstance(node, ast.Compare) and type(node.ops[0]) in COMPARED:
        node.ops[0] = COMPARED[type(node.ops[0])]()
    elif isinstance(node, ast.BoolOp):
        node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    elif isinstance(node, ast.BinOp) and type(node.op) in COUNTED:
        node.op = COUNTED[type(node.op)]()
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        node.value = not node.value
    elif isinstance(node, ast.Constant) and isinstance(node.value, int):
        node.value += 1
    else:
        return False
    return True


def mutants(text: str) -> Iterator[tuple[int, str]]:
    """Give the line and the whole text of each mutant of a module."""
    tree = ast.parse(text)
    for number, node in enumerate(ast.walk(tree)):
        if changed(deepcopy(node)):
            mutant = deepcopy(tree)
            changed(list(ast.walk(mutant))[number])
            yield getattr(node, "lineno", 0), ast.unparse(mutant)


def is_killed(copy: Path, module: str, mutant: str, tests: tuple[str, ...]) -> bool:
    """Whether a test fails on `mutant`."""
    place = copy / "ricomi_workflow" / module
    text = place.read_text(encoding="utf-8")
    place.write_text(mutant, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests]
    try:
        run = subprocess.run(command, cwd=copy, capture_output=True, check=False, timeout=900)
    finally:
        place.write_text(text, encoding="utf-8")
    return run.returncode != 0


def main() -> None:
    """Measure every module of `RULES`."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--each", type=int, default=8, help="mutants of each module")
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "tree"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".git", ".venv", ".*_cache"))
        for module, tests in RULES.items():
            text = (ROOT / "ricomi_workflow" / module).read_text(encoding="utf-8")
            every = list(mutants(text))
            sample = random.Random(given.seed).sample(every, min(given.each, len(every)))
            left = [line for line, mutant in sample if not is_killed(copy, module, mutant, tests)]
            sys.stdout.write(f"{module}: {len(sample) - len(left)} of {len(sample)} killed")
            sys.stdout.write(f"; left at lines {sorted(left)}\n" if left else "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
