"""`ricomi case dossier`, `ricomi case packet`: what leaves the system as a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from ricomi_workflow.cases.act import Services
from ricomi_workflow.cli.console import product
from ricomi_workflow.cli.messages import terminal_language
from ricomi_workflow.documents.dossier import dossier_pdf
from ricomi_workflow.identity.queries import find_actor, find_user_by_email
from ricomi_workflow.kernel.actors import Actor, Grant, Role
from ricomi_workflow.kernel.clock import iso
from ricomi_workflow.kernel.text import LANGUAGES
from ricomi_workflow.localization.message_text import MessageText
from ricomi_workflow.offline_forms.commands import (
    MINE,
    THEIRS,
    Choice,
    ImportResult,
    import_answers,
    make_workbook,
    read_workbook,
)
from ricomi_workflow.web.forms.form_editing import open_form

LANG = click.option(
    "--lang", type=click.Choice(LANGUAGES), help="Language; that of the terminal when left out."
)
OUTPUT = click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    required=True,
    help="File to write.",
)


@click.command("dossier")
@click.argument("ref")
@LANG
@OUTPUT
@click.option("--as", "email", help="Person whose rights decide what is in it; else an auditor's.")
def dossier_command(*, ref: str, lang: str | None, output: Path, email: str | None) -> None:
    """Write the whole case REF as one PDF."""
    with product() as services:
        reader = person(services, email) if email else _AUDITOR
        made = dossier_pdf(services, reader, ref.upper(), lang or terminal_language())
    output.write_bytes(made)
    click.echo(f"{output}  {len(made)}")


_AUDITOR = Actor(None, "ricomi case dossier", grants=frozenset({Grant(Role.AUDITOR)}))


def person(services: Services, email: str) -> Actor:
    """Who has this e-mail, with the roles that they hold today."""
    today = services.calendar.local_day(services.uow.clock.now())
    with services.uow.read() as connection:
        found = find_user_by_email(connection, email)
        actor = find_actor(connection, found.id, today) if found else None
    if actor is None:
        raise click.ClickException(f"Nobody here has the e-mail {email}.")
    return actor


@click.command("packet")
@click.argument("ref")
@click.argument("form")
@click.option("--as", "email", required=True, help="Person who will fill it in.")
@LANG
@OUTPUT
@click.option("--blank", is_flag=True, help="Without the answers so far, to print or hand out.")
def packet_command(
    *, ref: str, form: str, email: str, lang: str | None, output: Path, blank: bool
) -> None:
    """Write FORM of the case REF as a workbook to be filled in offline."""
    with product() as services:
        maker = person(services, email)
        with services.uow.look(maker) as tx:
            desk = open_form(tx, services, ref.upper(), form)
        made = make_workbook(desk, services, maker, lang or terminal_language(), blank=blank)
    output.write_bytes(made)
    click.echo(f"{output}  {len(made)}")


@click.command("packet-import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as", "email", required=True, help="Person who hands it in, with their rights.")
@click.option(
    "--keep",
    type=click.Choice([MINE, THEIRS]),
    help="Which answer stands where others changed it meanwhile; left out: nothing is saved.",
)
def packet_import_command(*, file: Path, email: str, keep: str | None) -> None:
    """Take the answers of the workbook FILE into the draft of its case."""
    with product() as services:
        found = read_workbook(services, file.read_bytes())
        with services.uow.begin(person(services, email)) as tx:
            desk = open_form(tx, services, found.claims.ref, found.claims.form_name, hold=True)
            found = read_workbook(services, file.read_bytes(), desk.form)
            done = import_answers(tx, services, desk, found)
            if done.conflicts and keep:
                choices = {c.field: Choice(keep, c.seen) for c in done.conflicts}
                done = import_answers(tx, services, desk, found, choices)
        for line in _told(services, done):
            click.echo(line)
    if done.conflicts:
        raise click.ClickException("Nothing was saved: choose with --keep mine or --keep theirs.")


def _told(services: Services, done: ImportResult) -> Iterator[str]:
    """What became of a packet, a line each: fields changed, conflicts, cells to be mended."""
    speaker = MessageText(services.texts, terminal_language(), services.calendar.zone)
    if done.before:
        yield f"{done.claims.packet}  taken in already at {iso(done.before)}; nothing changed"
    yield from (f"changed  {name}" for name in done.changed)
    for each in done.conflicts:
        yield f"conflict  {each.field}  mine: {each.mine}  theirs: {each.theirs}"
    for cell, fault in done.wrong:
        yield f"{cell}  {speaker.mistake(fault)}"


PAPERS = (dossier_command, packet_command, packet_import_command)
