"""`ricomi ballot paper`, `ricomi ballot paper-import`: a ballot paper that is filled in offline."""

from __future__ import annotations

from pathlib import Path

import click

from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.commands import lock
from ricomi_workflow.cases.queries import get_case
from ricomi_workflow.cli.console import product
from ricomi_workflow.cli.documents import LANG, OUTPUT, person
from ricomi_workflow.cli.messages import terminal_language
from ricomi_workflow.kernel.clock import iso
from ricomi_workflow.kernel.errors import Invalid
from ricomi_workflow.localization.message_text import MessageText
from ricomi_workflow.offline_forms.ballot_forms import (
    cast_from_form,
    make_ballot_form,
    read_ballot_form,
)


@click.command("paper")
@click.argument("ref")
@click.argument("country")
@click.option("--as", "email", required=True, help="Delegate of the state, who will fill it in.")
@LANG
@OUTPUT
def paper_command(*, ref: str, country: str, email: str, lang: str | None, output: Path) -> None:
    """Write the paper of the state COUNTRY in the open ballot of the case REF."""
    with product() as services:
        maker = person(services, email)
        with services.uow.look(maker) as tx:
            case = get_case(tx.connection, services, maker, ref.upper())
            made = make_ballot_form(
                tx, services, case, country.upper(), lang or terminal_language()
            )
    output.write_bytes(made)
    click.echo(f"{output}  {len(made)}")


@click.command("paper-import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as", "email", required=True, help="Person who hands it in, with their rights.")
@click.option("--yes", is_flag=True, help="Cast it; without this it is only read and said back.")
def paper_import_command(*, file: Path, email: str, yes: bool) -> None:
    """Cast what the ballot paper FILE says, once."""
    with product() as services:
        try:
            filled = read_ballot_form(services, file.read_bytes())
            paper = filled.paper
            click.echo(f"{paper.ref}/{paper.round}  {paper.country}  {filled.position or '-'}")
            if not yes:
                raise click.ClickException("Nothing was cast: say --yes to cast it.")
            with services.uow.begin(person(services, email)) as tx:
                done = cast_from_form(tx, services, lock(tx, services, paper.ref), filled)
        except Invalid as error:
            raise click.ClickException(_mistakes(services, error)) from error
    if done.before:
        click.echo(f"taken in already at {iso(done.before)}; nothing changed")
    elif done.accounts:
        click.echo(f"cast  {done.accounts.seq}")


def _mistakes(services: Services, error: Invalid) -> str:
    speaker = MessageText(services.texts, terminal_language(), services.calendar.zone)
    return " ".join(f"{each.path}: {speaker.mistake(each)}" for each in error.fields)
