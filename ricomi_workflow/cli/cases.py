"""`ricomi case`: import a request from a file, list cases, show one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
from sqlalchemy import select

from ricomi_workflow.audit.queries import list_entries
from ricomi_workflow.audit.rules import Entry
from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.cases.models import case as case_table
from ricomi_workflow.cases.request_import import (
    CaseFile,
    countries_of_file,
    form_of_file,
    import_case,
    read_case_file,
)
from ricomi_workflow.cases.rows import (
    CASE_COLUMNS,
    Submission,
    case_from_row,
    list_submissions,
    read_case,
)
from ricomi_workflow.cli.console import (
    LANG,
    OUTPUT,
    person,
    print_json,
    product,
    refused,
    terminal_language,
)
from ricomi_workflow.documents.dossier import dossier_pdf
from ricomi_workflow.identity.queries import find_actor, find_user_by_email, list_holders
from ricomi_workflow.kernel.actors import Actor, Grant, Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.clock import iso
from ricomi_workflow.kernel.errors import Invalid, NotFound
from ricomi_workflow.kernel.text import show
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
from ricomi_workflow.simulation.accounts import create_focal_points
from ricomi_workflow.web.forms.form_editing import open_form

_HOW_TO_ADD = (
    "Add one first: ricomi user add EMAIL --role focal_point --country COUNTRY,"
    " or create illustrative accounts with --create-accounts."
)
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group("case")
def cases() -> None:
    """Cases."""


@cases.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as", "email", help="Focal point who acts; the state's only one when left out.")
@click.option(
    "--create-accounts",
    is_flag=True,
    help="Create illustrative focal points for the states of the file that have none.",
)
@click.option("--draft", is_flag=True, help="Leave the case in draft instead of submitting it.")
@click.option("--exercise", is_flag=True, help="For practice: out of every total, for good.")
def import_command(
    *, file: Path, email: str | None, create_accounts: bool, draft: bool, exercise: bool
) -> None:
    """Open and submit the request in FILE as the focal point of its state; print its reference."""
    with product() as services:
        if not create_accounts:
            _require_account(services, email)
        read = read_case_file(file)
        form = form_of_file(services, read)
        if create_accounts:
            for made in create_focal_points(services, countries_of_file(read)):
                click.echo(f"Created an illustrative account: {made}", err=True)
        actor = _focal_point(services, read, email)
        try:
            with services.uow.begin(actor) as tx:
                case = import_case(tx, services, read, submit=not draft, exercise=exercise)
        except Invalid as error:
            raise refused(error, form) from None
    click.echo(f"{case.ref}  {case.state}")


@cases.command("list")
@click.option("--state", help="Only cases in this state.")
@JSON
def list_command(*, state: str | None, as_json: bool) -> None:
    """List cases, last changed first."""
    with product() as services, services.uow.read() as connection:
        known = {name for p in services.processes.values() for name in p.workflow.states}
        if state is not None and state not in known:
            raise click.ClickException(f"There is no state {state}; there are: {_listed(known)}.")
        statement = select(*CASE_COLUMNS).order_by(
            case_table.c.updated_at.desc(), case_table.c.id.desc()
        )
        if state:
            statement = statement.where(case_table.c.state == state)
        found = [case_from_row(row) for row in connection.execute(statement)]
    if as_json:
        _print_json([_case_json(each) for each in found])
        return
    for each in found:
        title = show(each.title or {}, terminal_language()).text
        click.echo(f"{each.ref}  {each.country}  {each.state:<22}  {title}")


@cases.command("show")
@click.argument("ref")
@JSON
def show_command(*, ref: str, as_json: bool) -> None:
    """Show a case with its forms and its trail."""
    with product() as services, services.uow.read() as connection:
        found = read_case(connection, ref.upper())
        if found is None:
            raise NotFound("case", ref)
        given, entries = list_submissions(connection, found.id), list_entries(connection, found.id)
    if as_json:
        _print_json(
            _case_json(found)
            | {
                "participants": [
                    {"country": p.country, "confirmed": p.confirmed_seq is not None}
                    for p in found.participants
                ],
                "submissions": [_submission_json(each) for each in given],
                "trail": [_entry_json(entry) for entry in entries],
            }
        )
        return
    for line in _shown(found, given, entries):
        click.echo(line)


def _require_account(services: Services, email: str | None) -> None:
    """Stop before the file is read when nobody could open the case."""
    today = services.calendar.local_day(services.uow.clock.now())
    with services.uow.read() as connection:
        if email is not None and find_user_by_email(connection, email) is None:
            raise click.ClickException(f"Nobody here has the e-mail {email}.")
        if email is None and not list_holders(connection, today, [(Role.FOCAL_POINT, None)]):
            raise click.ClickException(f"There is no focal point yet. {_HOW_TO_ADD}")


def _focal_point(services: Services, file: CaseFile, email: str | None) -> Actor:
    """Who opens the case: the person named, else the state's only focal point."""
    today = services.calendar.local_day(services.uow.clock.now())
    with services.uow.read() as connection:
        if email is None:
            held = list_holders(connection, today, [(Role.FOCAL_POINT, file.country)])
            if len(held) != 1:
                raise click.ClickException(_who(file.country, [each.email for each in held]))
            email = held[0].email
        person = find_user_by_email(connection, email)
        actor = find_actor(connection, person.id, today) if person else None
    if actor is None:
        raise click.ClickException(f"Nobody here has the e-mail {email}.")
    return actor


def _who(country: str, emails: list[str]) -> str:
    if emails:
        named = ", ".join(sorted(emails))
        return f"{country} has several focal points; name one with --as: {named}."
    return f"{country} has no focal point. {_HOW_TO_ADD}"


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(names))


def _print_json(value: Json) -> None:
    print_json(value)


def _case_json(found: Case) -> dict[str, Json]:
    return {
        "ref": found.ref,
        "kind": found.kind,
        "definition": found.definition,
        "country": found.country,
        "title": dict(found.title or {}),
        "state": found.state,
        "version": found.version,
        "illustrative": found.illustrative,
        "exercise": found.exercise,
        "opened_at": iso(found.opened_at),
        "entered_at": iso(found.entered_at),
        "updated_at": iso(found.updated_at),
    }


def _submission_json(given: Submission) -> dict[str, Json]:
    return {
        "form": given.form_key,
        "number": given.number,
        "entry": given.seq,
        "at": iso(given.at),
        "digest": given.digest,
        "values": given.values,
    }


def _entry_json(entry: Entry) -> dict[str, Json]:
    return {
        "seq": entry.seq,
        "at": iso(entry.at),
        "actor": entry.actor_id,
        "office": entry.office,
        "act": entry.act,
        "from": entry.from_state,
        "to": entry.to_state,
        "reason": entry.reason,
        "cause": entry.cause_seq,
        "detail": entry.detail,
        "prev": entry.prev,
    }


def _shown(found: Case, given: list[Submission], entries: list[Entry]) -> Iterator[str]:
    title = show(found.title or {}, terminal_language()).text
    yield f"{found.ref}  {title}"
    yield f"{found.definition}, {found.country}, {found.state}, version {found.version}"
    if found.illustrative:
        yield "Illustrative: it tells of no real decision."
    for part in found.participants:
        yield f"{part.country}: {'confirmed' if part.confirmed_seq else 'not confirmed yet'}"
    for each in given:
        yield f"form {each.form_key}, {each.number}, by entry {each.seq}"
    for entry in entries:
        reason = f"  {entry.reason}" if entry.reason else ""
        moved = entry.to_state if entry.from_state != entry.to_state else ""
        yield f"{entry.seq:>4}  {iso(entry.at)}  {entry.office}  {entry.act}  {moved}{reason}"


@cases.command("dossier")
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


@cases.command("packet")
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


@cases.command("packet-import")
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
        for line in _import_lines(services, done):
            click.echo(line)
    if done.conflicts:
        raise click.ClickException("Nothing was saved: choose with --keep mine or --keep theirs.")


def _import_lines(services: Services, done: ImportResult) -> Iterator[str]:
    """What became of a packet, a line each: fields changed, conflicts, cells to be mended."""
    speaker = MessageText(services.texts, terminal_language(), services.calendar.zone)
    if done.before:
        yield f"{done.claims.packet}  taken in already at {iso(done.before)}; nothing changed"
    yield from (f"changed  {name}" for name in done.changed)
    for each in done.conflicts:
        yield f"conflict  {each.field}  mine: {each.mine}  theirs: {each.theirs}"
    for cell, fault in done.wrong:
        yield f"{cell}  {speaker.mistake(fault)}"
