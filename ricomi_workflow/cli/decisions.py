"""`ricomi ballot record` and `note`: a decision as a file, and what is noted beside it."""

from __future__ import annotations

from pathlib import Path

import click

from ricomi_workflow.cases.commands import lock
from ricomi_workflow.cli.console import product
from ricomi_workflow.cli.documents import LANG, person
from ricomi_workflow.cli.messages import terminal_language
from ricomi_workflow.decisions.commands import KINDS, NewNote, add_note
from ricomi_workflow.decisions.queries import as_file, get_document
from ricomi_workflow.documents.decision_document import decision_pdf


@click.command("record")
@click.argument("ref")
@click.option("--round", "number", type=int, help="Which ballot of the case; its last one.")
@click.option("--pdf", is_flag=True, help="Write the act as PDF instead of the record.")
@LANG
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="File to write; the terminal's output when left out.",
)
def record_command(
    *, ref: str, number: int | None, pdf: bool, lang: str | None, output: Path | None
) -> None:
    """Write the record of the ballot on REF, which verifier/verify_decision.py verifies."""
    with product(needs_processes=False) as services:
        if pdf:
            language = lang or terminal_language()
            made = decision_pdf(services, ref.upper(), number, language, practice=True)
        else:
            with services.uow.read() as connection:
                made = as_file(get_document(connection, ref.upper(), number, practice=True))
    if output:
        output.write_bytes(made)
        click.echo(f"{output}  {len(made)}")
    else:
        click.echo(made, nl=False)


@click.command("note")
@click.argument("ref")
@click.argument("kind", type=click.Choice(KINDS), metavar="KIND")
@click.argument("text")
@click.option("--round", "number", type=int, default=1, show_default=True)
@click.option("--country", help="Whose footnote it is, or who sponsors; code of two letters.")
@click.option("--as", "email", required=True, help="Person of the Secretariat who notes it.")
def note_command(
    *, ref: str, kind: str, text: str, number: int, country: str | None, email: str
) -> None:
    """Note TEXT beside the decision on REF, whose record stays as it is.

    KIND: sponsor, footnote, document or correction.
    """
    given = NewNote(kind, text, country.upper() if country else None)
    with product() as services, services.uow.begin(person(services, email)) as tx:
        case = lock(tx, services, ref.upper())
        seq = add_note(tx, case, number, given, services.reference.states)
    click.echo(f"{ref.upper()}  {seq}")


DECISIONS = (record_command, note_command)
