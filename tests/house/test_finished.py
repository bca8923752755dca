"""Nothing half done is in the tree, and every exception to a rule says why."""

import re

from tests.support.tree import sources, texts

SUFFIXES = (".py", ".yaml", ".html", ".txt", ".css", ".js", ".md")
UNFINISHED = re.compile(
    r"\b(?:TODO|FIXME|XXX|NotImplementedError)\b"
    r"|\b(?:pytest\.skip|importorskip|mark\.skip|skipif|mark\.xfail|pytest\.xfail)\b"
)
OPT_OUT = re.compile(r"#\s*noqa\b")
REASONED = re.compile(r"# (?:ruff: )?noqa: [A-Z0-9, ]+ - \S")
THIS = "tests/house/test_finished.py"


def test_nothing_is_left_unfinished_or_skipped() -> None:
    faults = [
        f"{name}:{number}: {line.strip()}"
        for name, text in texts(*SUFFIXES)
        if name != THIS
        for number, line in enumerate(text.splitlines(), 1)
        if UNFINISHED.search(line)
    ]
    assert not faults, "\n".join(faults)


def test_every_exception_to_a_lint_rule_gives_its_reason() -> None:
    faults = [
        f"{source.name}:{number}: {line.strip()}"
        for source in sources()
        if source.name != THIS and "noqa" in source.text
        for number, line in enumerate(source.text.splitlines(), 1)
        if OPT_OUT.search(line) and not REASONED.search(line)
    ]
    assert not faults, "\n".join(faults)
