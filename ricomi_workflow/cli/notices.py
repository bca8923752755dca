"""`ricomi ballot notice`, `ricomi ballot serve-notice`: proof of notice in a silence procedure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime

import click

from ricomi_workflow.ballots.notices import NoticeView, StateNotice, notice_view
from ricomi_workflow.ballots.queries import ballot_view
from ricomi_workflow.ballots.silence_procedure import ServiceByOtherMeans, record_service
from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.commands import lock
from ricomi_workflow.cases.rows import read_case
from ricomi_workflow.cli.console import product
from ricomi_workflow.cli.documents import person
from ricomi_workflow.cli.messages import terminal_language
from ricomi_workflow.kernel.clock import iso
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.reference_data.country_names import country_name


@click.command("notice")
@click.argument("ref")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def notice_command(*, ref: str, as_json: bool) -> None:
    """Say which states are served in the silence procedure of the case REF, and which are not."""
    with product() as services:
        found = _notice(services, ref.upper())
    if as_json:
        click.echo(json.dumps(_json(found), ensure_ascii=False, indent=2))
        return
    click.echo("\n".join(_lines(found, terminal_language())))


@click.command("serve-notice")
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


def _lines(found: NoticeView, lang: str) -> Iterator[str]:
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


def _json(found: NoticeView) -> dict[str, object]:
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
