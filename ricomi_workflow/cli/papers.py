"""`ricomi case dossier`, `ricomi case packet`: what leaves the system as a file."""

from __future__ import annotations

from pathlib import Path

import click

from ricomi_workflow.cases.act import Services
from ricomi_workflow.cli.console import product
from ricomi_workflow.cli.sentences import terminal_language
from ricomi_workflow.identity.queries import find_actor, find_user_by_email
from ricomi_workflow.kernel.actors import Actor, Grant, Role
from ricomi_workflow.kernel.text import LANGUAGES
from ricomi_workflow.papers.printing import dossier_pdf

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


PAPERS = (dossier_command,)
