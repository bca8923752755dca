"""The documents say what the product has: commands, settings, decisions, links, the diagram."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click

from ricomi_workflow.bootstrap import VARIABLES
from ricomi_workflow.cli import main
from ricomi_workflow.definitions.library import load
from ricomi_workflow.definitions.manual import mermaid
from tests.support.tree import ROOT, sources

DOCS = ROOT / "docs"
VARIABLE = re.compile(r"\bRICOMI_[A-Z]+(?:_[A-Z]+)*\b")
MODULE = re.compile(r"`([a-z_]\w*/[\w/]+\.py)(?:: \w+)?`")
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)(?:#([^)]*))?\)")
EXAMPLE = {"RICOMI_X_FILE"}  # stands in a docstring for any of them
DRAWN = (
    "ricomi definitions diagram {kind}/v{version} --lang en > docs/workflows/{kind}.v{version}.mmd"
)
PICTURE_BYTES = 250_000


@cache
def documents() -> dict[str, str]:
    """Every document of ours by its path from the root, with its text."""
    found = [*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(ROOT / "changelog.d").glob("*.md")]
    return {file.relative_to(ROOT).as_posix(): file.read_text(encoding="utf-8") for file in found}


def commands(group: click.Group, words: str = "ricomi", *, hidden: bool = False) -> Iterator[str]:
    """Every command by its words, `ricomi fund verify`; those for developers if `hidden`."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{words} {name}", hidden=hidden)
        elif hidden or not command.hidden:
            yield f"{words} {name}"


@cache
def variables() -> set[str]:
    """Every variable of the environment that code, tests or scripts read."""
    texts = [source.text for source in sources()]
    texts += [(ROOT / name).read_text(encoding="utf-8") for name in ("ricomi", ".ci/run")]
    named = {name for text in texts for name in VARIABLE.findall(text)}
    return {f"RICOMI_{name}" for name in VARIABLES} | named


def anchors(text: str) -> set[str]:
    """The names by which headings of a document can be linked."""
    headings = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_command_is_told() -> None:
    told = documents()["README.md"] + documents()["docs/operations.md"]
    missing = [words for words in commands(main) if words not in told]
    assert not missing, "\n".join(missing)


def test_every_setting_is_told() -> None:
    told = documents()["README.md"] + documents()["docs/operations.md"]
    settings = {name.removesuffix("_FILE") for name in variables() - EXAMPLE}
    missing = sorted(name for name in settings if f"`{name}`" not in told)
    assert not missing, "\n".join(missing)


def test_every_job_of_the_worker_is_told() -> None:
    source = (ROOT / "ricomi_workflow" / "worker" / "jobs.py").read_text(encoding="utf-8")
    names = re.findall(r'Job\("(\w+)"', source)
    assert names
    missing = [name for name in names if f"`{name}`" not in documents()["docs/operations.md"]]
    assert not missing, "\n".join(missing)


def test_no_document_tells_of_a_command_or_setting_that_is_not_there() -> None:
    known = set(commands(main, hidden=True))
    groups = {words.rpartition(" ")[0] for words in known}
    read = variables()
    faults = []
    for name, text in documents().items():
        for words in re.findall(r"`(?:\./)?(ricomi [a-z]+(?: [a-z-]+)?)", text):
            first = " ".join(words.split()[:2])
            if first in groups - {"ricomi"} and words not in known | groups:
                faults.append(f"{name}: {words}")
        faults += [
            f"{name}: {variable}"
            for variable in VARIABLE.findall(text)
            if variable.removesuffix("_FILE") not in read
        ]
    assert not faults, "\n".join(faults)


def test_every_decision_is_listed() -> None:
    listed = documents()["docs/adr/README.md"]
    missing = [file.name for file in (DOCS / "adr").glob("[0-9]*.md") if file.name not in listed]
    assert not missing, "\n".join(missing)


def test_modules_that_documents_name_are_there() -> None:
    faults = [
        f"{name}: {path}"
        for name, text in documents().items()
        for path in MODULE.findall(text)
        if not any((folder / path).exists() for folder in (ROOT, ROOT / "ricomi_workflow"))
    ]
    assert not faults, "\n".join(faults)


def test_links_between_documents_lead_somewhere() -> None:
    told = documents()
    faults = []
    for name, text in told.items():
        for path, anchor in LINK.findall(text):
            target = ((ROOT / name).parent / path).resolve()
            known = told.get(target.relative_to(ROOT).as_posix(), "") if target.exists() else ""
            if not target.exists() or (anchor and anchor not in anchors(known)):
                faults.append(f"{name}: {path}#{anchor}" if anchor else f"{name}: {path}")
    assert not faults, "\n".join(faults)


def test_diagrams_are_those_of_the_definitions() -> None:
    faults = [
        DRAWN.format(kind=workflow.kind, version=workflow.version)
        for workflow in load().workflows.values()
        if _text(DOCS / "workflows" / f"{workflow.kind}.v{workflow.version}.mmd")
        != mermaid(workflow, "en")
    ]
    assert not faults, "\n".join(["Draw anew what differs:", *faults])


def test_the_readme_is_short() -> None:
    assert len(documents()["README.md"].splitlines()) <= 150


def test_pictures_are_light_and_shown() -> None:
    told = documents()["README.md"]
    pictures = list((DOCS / "pictures").glob("*.png"))
    faults = [
        file.name
        for file in pictures
        if file.stat().st_size > PICTURE_BYTES or f"docs/pictures/{file.name}" not in told
    ]
    assert pictures
    assert not faults, "\n".join(faults)


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8") if file.is_file() else ""
