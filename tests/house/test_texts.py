"""Every text is asked for, every refusal has its sentences, and no code goes by words."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.support.tree import Source, sources

ROOT = Path(__file__).parents[2]
SOURCES = {".py", ".html", ".js"}
# What may look at a shown text: (module, what for).
LOOKING = {
    "ricomi_workflow/offline_forms/workbook_reader.py": "a moved head in a workbook is refused",
    "ricomi_workflow/web/forms/form_view.py": "a sign that the label has is not shown twice",
}
LABELS = {"label", "hint", "done", "public", "who", "rationale"}  # of definitions, by language
SAYING = {"t", "say", "why", "need", "mistake", "label"}  # what makes the words of a reader


def written() -> str:
    """Everything in the package that may ask for a text."""
    found = (x for x in (ROOT / "ricomi_workflow").rglob("*") if x.suffix in SOURCES)
    return "\n".join(file.read_text(encoding="utf-8") for file in found)


def keys(file: str = "*") -> list[str]:
    """The name of every text, or of those of one file."""
    return [
        f"{path.stem}.{key}"
        for path in (ROOT / "texts").glob(f"{file}.yaml")
        for key in re.findall(r"^([a-z][\w.]*):", path.read_text(encoding="utf-8"), re.MULTILINE)
    ]


def test_every_text_is_asked_for_by_its_name_or_by_the_beginning_of_it() -> None:
    said = written()
    whole = set(re.findall(r"[a-z_]+\.[a-z0-9_.]+", said))
    made = re.findall(r"([a-z_]+\.[a-z0-9_]*)\{|[\"']([a-z_]+\.[a-z0-9_]*)[\"'] ?~", said)
    begun = tuple({first or second for first, second in made})
    names = keys()
    assert len(names) > 1000
    unasked = [name for name in names if name not in whole and not name.startswith(begun)]
    assert not unasked, "\n".join(sorted(unasked))


def test_every_refusal_has_two_sentences_and_every_pair_of_sentences_a_refusal() -> None:
    """What stands against an act, and what would make it possible: neither without the other."""
    named = {key.partition(".")[2] for key in keys("refusals")}
    told = {name for name in named if not name.endswith(".need")}
    assert {f"{name}.need" for name in told} == named - told
    given = [(source.name, code) for source in sources("ricomi_workflow") for code in codes(source)]
    silent = [f"{name}: {code}" for name, code in given if not said_by(code, told)]
    assert len(given) > 200
    assert not silent, "\n".join(silent)
    pieces = [made for made in map(code_of, nodes()) if made]
    unsaid = told - {made for made in pieces if isinstance(made, str)}
    for made in pieces:
        if isinstance(made, re.Pattern):
            unsaid -= {name for name in unsaid if made.fullmatch(name)}
    assert not unsaid, "\n".join(sorted(unsaid))


def nodes() -> Iterator[ast.AST]:
    """Everything that the package says, in every module."""
    for source in sources("ricomi_workflow"):
        yield from ast.walk(source.tree)


def codes(source: Source) -> Iterator[str | re.Pattern[str]]:
    """The codes of the refusals that a module makes; what only has a name is not followed."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
            first = node.args[0] if node.func.id == "Refusal" else None
            every = [first.body, first.orelse] if isinstance(first, ast.IfExp) else [first]
            yield from filter(None, map(code_of, every))


def code_of(node: ast.AST | None) -> str | re.Pattern[str] | None:
    """A code as it stands or as its places are filled; None for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if not isinstance(node, ast.JoinedStr):
        return None
    fixed = [str(p.value) if isinstance(p, ast.Constant) else "" for p in node.values]
    if len("".join(fixed)) < len("_is"):
        return None
    return re.compile("".join(re.escape(piece) or "[a-z_]+" for piece in fixed))


def said_by(code: str | re.Pattern[str], told: set[str]) -> bool:
    """Whether a sentence is there for a code."""
    return code in told if isinstance(code, str) else any(map(code.fullmatch, told))


def test_nothing_is_decided_by_a_text_in_a_language() -> None:
    """Codes are compared, never their words: what works in Spanish works in Portuguese."""
    found = {
        source.name: f"{source.name}:{node.lineno}: {ast.unparse(node)}"
        for source in sources("ricomi_workflow")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Compare) and any(map(is_shown, ast.walk(node)))
    }
    assert found.keys() == LOOKING.keys(), "\n".join(found.values())


def is_shown(node: ast.AST) -> bool:
    """Whether something is a text as a reader sees it."""
    if isinstance(node, ast.Subscript):
        return isinstance(node.value, ast.Attribute) and node.value.attr in LABELS
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Name):
        return node.func.id in SAYING
    if not isinstance(node.func, ast.Attribute):
        return False
    of = node.func.value
    whose = of.attr if isinstance(of, ast.Attribute) else of.id if isinstance(of, ast.Name) else ""
    return node.func.attr in SAYING or (node.func.attr == "text" and whose == "texts")
