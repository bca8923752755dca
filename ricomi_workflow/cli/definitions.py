"""`ricomi definitions`: judge, list, draw, print and release the definitions of processes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

import click

from ricomi_workflow.bank.file_formats import read_bank_formats
from ricomi_workflow.bootstrap import judge_definitions, mistakes_of
from ricomi_workflow.catalogue.confirmations import check_confirmation_rules
from ricomi_workflow.cli.console import print_json, terminal_language
from ricomi_workflow.contributions import indirect_costs
from ricomi_workflow.definitions.change_text import ChangeText
from ricomi_workflow.definitions.json_schema import json_schema
from ricomi_workflow.definitions.library import Library, load, release, verify
from ricomi_workflow.definitions.manual import manual, mermaid
from ricomi_workflow.definitions.model import FormDef, WorkflowDef
from ricomi_workflow.definitions.texts import load_texts
from ricomi_workflow.definitions.version_changes import list_changes
from ricomi_workflow.definitions.yaml_reader import line_of
from ricomi_workflow.exports.mapping import read_exports
from ricomi_workflow.fund.operating_expenses import read_expense_categories
from ricomi_workflow.kernel.errors import DefinitionError, Mistake
from ricomi_workflow.kernel.text import LANGUAGES
from ricomi_workflow.ledger.bank_accounts import read_bank_accounts
from ricomi_workflow.ledger.chart import read_chart
from ricomi_workflow.matching.rules import read_weights
from ricomi_workflow.reference_data import loader
from ricomi_workflow.reference_data.calendars import read_calendar, read_items
from ricomi_workflow.registries import starter
from ricomi_workflow.resources import root
from ricomi_workflow.reviews.rows import read_review_reference
from ricomi_workflow.statements.iati_transactions import read_transaction_rules
from ricomi_workflow.web.network.map_drawing import read_outlines

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
        click.echo(_with_line(mistake, folder))
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
    print_json(schema)


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
        print_json(facts)
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


def _with_line(mistake: Mistake, folder: Path | None) -> str:
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


_READERS: tuple[Callable[[Path], object], ...] = (
    read_chart,
    read_bank_accounts,
    read_bank_formats,
    read_expense_categories,
    indirect_costs.read_icr_rates,
    read_review_reference,
    read_items,
    read_transaction_rules,
    read_weights,
)


def mistakes_beside(library: Library | None, folder: Path | None = None) -> list[Mistake]:
    """Every mistake of the texts and of the files in `folder` (default: those that are shipped).

    With a `library`, also where a file says what its processes and forms do not know.
    """
    folder = folder or root("reference")
    mistakes = mistakes_of(
        load_texts,
        partial(read_calendar, folder / "holidays.yaml"),
        *(partial(read, folder) for read in _READERS),
    )
    try:
        lists = loader.read(folder)
    except DefinitionError as error:
        return list(dict.fromkeys([*mistakes, *error.mistakes]))
    mistakes += mistakes_of(partial(_judge_map, folder, lists.states))
    if library is None:
        return mistakes
    mistakes += check_confirmation_rules(folder, library)
    mistakes += starter.check_starter(folder / starter.FOLDER, library, lists.lookups())
    mistakes += mistakes_of(partial(read_exports, folder, library, lists))
    return list(dict.fromkeys(mistakes))


def _judge_map(folder: Path, states: Collection[str]) -> None:
    """Every State has a place, and nothing else has one; raises `DefinitionError`."""
    found, file = read_outlines(folder), "reference/outlines.yaml"
    missing = [c for c in states if c not in found.places]
    mistakes = [Mistake(file, f"places.{code}", "nothing", "at, point") for code in missing]
    for key, drawn in (("states", found.states), ("places", found.places)):
        mistakes += [Mistake(file, f"{key}.{c}", c, "a State") for c in drawn if c not in states]
    if mistakes:
        raise DefinitionError(mistakes)
