"""`ricomi definitions`: judge, list, draw, print and release the definitions of processes."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, replace
from pathlib import Path

import click

from ricomi_workflow.bootstrap import judge_definitions
from ricomi_workflow.cli.messages import terminal_language
from ricomi_workflow.cli.reference_checks import mistakes_beside
from ricomi_workflow.definitions.change_text import ChangeText
from ricomi_workflow.definitions.json_schema import json_schema
from ricomi_workflow.definitions.library import Library, load, release, verify
from ricomi_workflow.definitions.manual import manual, mermaid
from ricomi_workflow.definitions.model import FormDef, WorkflowDef
from ricomi_workflow.definitions.texts import load_texts
from ricomi_workflow.definitions.version_changes import list_changes
from ricomi_workflow.definitions.yaml_reader import line_of
from ricomi_workflow.kernel.errors import DefinitionError, Mistake
from ricomi_workflow.kernel.text import LANGUAGES
from ricomi_workflow.reference_data import loader
from ricomi_workflow.resources import root

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
LANG = click.option("--lang", type=click.Choice(LANGUAGES), default="es", show_default=True)


@click.group()
def definitions() -> None:
    """Workflows, forms and messages."""


@definitions.command("check")
@click.argument("folder", type=FOLDER, required=False)
def check_command(folder: Path | None) -> None:
    """Judge the definitions in FOLDER, or the shipped ones; exit 1 and name every mistake."""
    library, mistakes = _loaded(folder)
    if library is not None:
        mistakes += _judged(library)
    mistakes += verify(folder)
    if folder is None:
        mistakes += mistakes_beside(library)
    for mistake in dict.fromkeys(mistakes):
        click.echo(_told(mistake, folder))
    if mistakes or library is None:
        number = len(dict.fromkeys(mistakes))
        click.echo(f"{number} mistake{'s' if number > 1 else ''}")
        sys.exit(1)
    click.echo(
        f"{len(library.workflows)} workflows, {len(library.forms)} forms,"
        f" {len(library.messages)} messages: no mistake"
    )


@definitions.command("list")
def list_command() -> None:
    """List workflows, forms and messages, each with its digest."""
    library = load()
    for workflow in library.workflows.values():
        click.echo(f"workflow  {workflow.key}  {workflow.digest}")
    for form in library.forms.values():
        click.echo(f"form      {form.key}  {form.digest}")
    for name in library.messages:
        click.echo(f"message   {name}")


@definitions.command("diagram")
@click.argument("kind")
@LANG
def diagram_command(kind: str, lang: str) -> None:
    """Draw the newest version of KIND (or of `KIND/vN` that version) as a Mermaid diagram."""
    library = load()
    click.echo(mermaid(_workflow(library, kind), lang), nl=False)


@definitions.command("manual")
@click.argument("kind")
@LANG
def manual_command(kind: str, lang: str) -> None:
    """Print the manual of KIND: states, who acts, forms, deadlines, notices, legal basis."""
    library = load()
    click.echo(manual(_workflow(library, kind), library, lang), nl=False)


@definitions.command("schema")
@click.argument("name")
@LANG
def schema_command(name: str, lang: str) -> None:
    """Print the newest version of the form NAME (or of `NAME/vN` that version) as JSON Schema."""
    library, texts = load(), load_texts()
    form = _form(library, name)
    schema = json_schema(form, lang, loader.load().lookups(), texts)
    click.echo(json.dumps(schema, ensure_ascii=False, indent=2))


@definitions.command("diff")
@click.argument("kind")
@click.argument("old")
@click.argument("new")
@LANG
@click.option("--json", "as_json", is_flag=True, help="Print the facts as JSON.")
def diff_command(*, kind: str, old: str, new: str, lang: str, as_json: bool) -> None:
    """Say in plain words what differs between the versions OLD and NEW (v1, v2) of KIND."""
    library, texts = load(), load_texts()
    before, after = (_workflow(library, f"{kind}/{version}") for version in (old, new))
    found = list_changes(before, after, library)
    if as_json:
        facts = [asdict(each) for each in found]
        click.echo(json.dumps(facts, ensure_ascii=False, indent=2))
        return
    part = None
    for subject in ChangeText(before, after, library, texts, lang).subjects(found):
        if subject.part is not part:
            part = subject.part
            click.echo(f"\n{texts.text(f'process.part_{part}', lang)}")
        click.echo(f"  {subject.label} [{subject.name}]" if subject.name else f"  {subject.label}")
        for sentence in subject.sentences:
            click.echo(f"    {sentence}")
    if not found:
        click.echo(texts.text("process.changes_none", lang))


@definitions.command("release")
@click.argument("folder", type=FOLDER, required=False)
def release_command(folder: Path | None) -> None:
    """Seal every workflow and form that is not released yet: it never changes from then on."""
    fresh = release(folder)
    for path in fresh:
        click.echo(f"released {path}")
    if not fresh:
        click.echo("Nothing new to release.")


def _loaded(folder: Path | None) -> tuple[Library | None, list[Mistake]]:
    try:
        return load(folder), []
    except DefinitionError as error:
        return None, list(error.mistakes)


def _judged(library: Library) -> list[Mistake]:
    try:
        return judge_definitions(library)
    except DefinitionError as error:  # the committees, which a process may name
        return list(error.mistakes)


def _told(mistake: Mistake, folder: Path | None) -> str:
    """A mistake with the line in which it stands, where that can be found."""
    file = (folder or root("workflows").parent) / mistake.file
    line = line_of(file.read_bytes(), mistake.path) if file.is_file() else None
    if line is None or "(line " in mistake.found:
        return str(mistake)
    return str(replace(mistake, file=f"{mistake.file}, line {line}"))


def _form(library: Library, name: str) -> FormDef:
    try:
        return library.forms[name] if "/" in name else library.latest_form(name)
    except KeyError:
        raise _missing("form", name, {form.name for form in library.forms.values()}) from None


def _workflow(library: Library, kind: str) -> WorkflowDef:
    try:
        return library.workflows[kind] if "/" in kind else library.latest(kind)
    except KeyError:
        known = {workflow.kind for workflow in library.workflows.values()}
        raise _missing("workflow", kind, known) from None


def _missing(what: str, name: str, known: set[str]) -> click.ClickException:
    """The error that names the definitions that exist."""
    listed = ", ".join(sorted(known))
    text = load_texts().text(f"cli.no_{what}", terminal_language(), name=name, known=listed)
    return click.ClickException(text)
