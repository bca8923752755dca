"""`ricomi ballot`: replay, paper forms, notices, records of decisions and their notes."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import click

from ricomi_workflow.ballots.closing import outcome_reason
from ricomi_workflow.ballots.notices import NoticeView, StateNotice, notice_view
from ricomi_workflow.ballots.queries import ballot_view
from ricomi_workflow.ballots.replay import (
    RecordedDecision,
    ReplayedDecision,
    read_recorded_decision,
    replay,
)
from ricomi_workflow.ballots.silence_procedure import ServiceByOtherMeans, record_service
from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.commands import lock
from ricomi_workflow.cases.queries import get_case
from ricomi_workflow.cases.rows import read_case
from ricomi_workflow.cli.console import (
    AS_JSON,
    LANG,
    OUTPUT,
    person,
    print_json,
    product,
    terminal_language,
)
from ricomi_workflow.decisions.commands import KINDS, NewNote, add_note
from ricomi_workflow.decisions.queries import as_file, get_document
from ricomi_workflow.definitions.texts import load_texts
from ricomi_workflow.documents.decision_document import decision_pdf
from ricomi_workflow.kernel.clock import iso
from ricomi_workflow.kernel.errors import Invalid, NotFound
from ricomi_workflow.localization import formats
from ricomi_workflow.localization.message_text import MessageText
from ricomi_workflow.offline_forms.ballot_forms import (
    cast_from_form,
    make_ballot_form,
    read_ballot_form,
)
from ricomi_workflow.reference_data import loader
from ricomi_workflow.reference_data.country_names import country_name

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("ballot")
def ballots() -> None:
    """Ballots: what was decided, and by which votes."""


@ballots.command("replay")
@click.argument("file", type=FILE)
@AS_JSON
def replay_command(*, file: Path, as_json: bool) -> None:
    """Decide the vote in FILE again; exit 1 where the result is not what its sources say.

    Nothing is read but FILE and the dated membership of states, so it needs no database.
    """
    recorded = read_recorded_decision(file)
    found = replay(recorded, loader.load())
    if as_json:
        print_json(_json(recorded, found))
    else:
        click.echo("\n".join(_lines(recorded, found, terminal_language())))
    if not found.agrees:
        sys.exit(1)


def _json(recorded: RecordedDecision, found: ReplayedDecision) -> dict[str, object]:
    return {
        "day": recorded.day.isoformat(),
        "question": recorded.question.as_dict(),
        "sources": list(recorded.sources),
        "found": dict(found.found),
        "ground": found.verdict.ground.value,
        "rule_confirmed": recorded.rule.confirmed,
        "differs": list(found.parts),
    }


def _lines(recorded: RecordedDecision, found: ReplayedDecision, lang: str) -> Iterator[str]:
    yield f"{formats.day(recorded.day, lang)}  {recorded.body[lang]}"
    yield recorded.question[lang]
    yield outcome_reason(found.verdict, load_texts(), lang)
    unconfirmed = "" if recorded.rule.confirmed else "  [unconfirmed]"
    yield f"{recorded.rule.note[lang]}{unconfirmed}"
    for seat in found.electorate.seats:
        if not seat.counted:
            yield f"not counted: {formats.country(seat.country, lang)} ({seat.reason_code})"
    yield recorded.remark[lang]
    yield from (f"source: {source}" for source in recorded.sources)
    for name in found.parts:
        said = recorded.result.get(name, "a position")
        yield f"DIFFERS {name}: the file says {said}, computed {found.found.get(name, 'no seat')}"
    if found.agrees:
        yield "computed as the file says"


@ballots.command("paper")
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


@ballots.command("paper-import")
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


@ballots.command("notice")
@click.argument("ref")
@AS_JSON
def notice_command(*, ref: str, as_json: bool) -> None:
    """Say which states are served in the silence procedure of the case REF, and which are not."""
    with product() as services:
        found = _notice(services, ref.upper())
    if as_json:
        print_json(_notice_json(found))
        return
    click.echo("\n".join(_notice_lines(found, terminal_language())))


@ballots.command("serve-notice")
@click.argument("ref")
@click.argument("country")
@click.option("--how", required=True, help="How it was delivered.")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), required=True, help="On which day.")
@click.option("--evidence", required=True, help="Who received it, and what proves it.")
@click.option("--as", "email", required=True, help="Who of the Secretariat records it.")
def serve_command(
    *, ref: str, country: str, how: str, day: datetime, evidence: str, email: str
) -> None:
    """Record that the notice in the case REF was delivered to COUNTRY by other means."""
    proof = ServiceByOtherMeans(how, day.date(), evidence)
    with product() as services, services.uow.begin(person(services, email)) as tx:
        case = lock(tx, services, ref.upper())
        seq = record_service(tx, services, case, country.upper(), proof)
    click.echo(f"{ref.upper()}  {country.upper()}  {seq}")


def _notice(services: Services, ref: str) -> NoticeView:
    with services.uow.read() as connection:
        case = read_case(connection, ref)
        view = ballot_view(connection, case.id) if case else None
        now = services.uow.clock.now()
        found = notice_view(connection, services, view, now) if view else None
    if found is None:
        raise NotFound("notice", ref)
    return found


def _notice_lines(found: NoticeView, lang: str) -> Iterator[str]:
    clock = found.clock
    yield f"{len(found.served)}/{len(found.seats)}"
    yield f"{iso(clock.starts_at)}  {iso(clock.closes_at)}" if clock else "not begun"
    for seat in found.seats:
        yield f"{seat.country}  {country_name(seat.country, lang)}  {_state(seat)}"


def _state(seat: StateNotice) -> str:
    if seat.proof is None:
        return " ".join(filter(None, (f"missing: {seat.why}", seat.answer)))
    return " ".join(
        filter(None, (str(seat.proof.means), iso(seat.proof.delivered_at), seat.proof.note))
    )


def _notice_json(found: NoticeView) -> dict[str, object]:
    clock = found.clock
    return {
        "starts_at": iso(clock.starts_at) if clock else None,
        "closes_at": iso(clock.closes_at) if clock else None,
        "seats": [
            {
                "country": seat.country,
                "means": str(seat.proof.means) if seat.proof else None,
                "delivered_at": iso(seat.proof.delivered_at) if seat.proof else None,
                "note": seat.proof.note if seat.proof else "",
                "why": str(seat.why) if seat.why else None,
            }
            for seat in found.seats
        ],
    }


@ballots.command("record")
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


@ballots.command("note")
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
