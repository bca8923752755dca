"""`ricomi body`: who is counted on a day, who presides, and which rules are confirmed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import date, datetime

import click
from sqlalchemy import Connection

from ricomi_workflow.cases.act import Services
from ricomi_workflow.cli.console import print_json, product, terminal_language
from ricomi_workflow.committees.commands import ProposedAppointment, appoint, confirm_rule
from ricomi_workflow.committees.queries import get_rule, list_appointments, list_rules
from ricomi_workflow.committees.rules import APPOINTED_ROLES, Appointment, Elected, RuleInForce
from ricomi_workflow.identity.queries import find_actor, find_user_by_email
from ricomi_workflow.kernel.actors import Actor
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.reference_data.country_names import country_name
from ricomi_workflow.reference_data.membership import Electorate, electorate
from ricomi_workflow.reference_data.model import Body

DAY = click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="Left out: today.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
AS = click.option("--as", "email", required=True, help="Who of the Secretariat does it.")


@click.group("body")
def bodies() -> None:
    """Bodies that decide: seats, officers, rules."""


@bodies.command("show")
@click.argument("body")
@DAY
@JSON
def show_command(*, body: str, day: datetime | None, as_json: bool) -> None:
    """Show how BODY is called on a day, its rules, its officers and credentials."""
    with product() as services, services.uow.read() as connection:
        found, on = services.reference.body(body), _day(services, day)
        rules = list_rules(connection, found)
        people = list_appointments(connection, found.id)
        if as_json:
            _print(_body_json(found, on, rules, people))
            return
        click.echo("\n".join(_lines(found, on, rules, people)))


@bodies.command("seats")
@click.argument("body")
@DAY
@JSON
def seats_command(*, body: str, day: datetime | None, as_json: bool) -> None:
    """Say which states are counted when BODY decides on a day, and why the others are not."""
    with product() as services:
        found = electorate(services.reference.body(body), services.reference, _day(services, day))
        if as_json:
            _print(_seats_json(found))
            return
        lang = terminal_language()
        for seat in found.seats:
            counted = "counted" if seat.counted else "not counted"
            since = " ".join(seat.params.values())
            name = country_name(seat.country, lang)
            click.echo(f"{seat.country}  {counted:<11}  {seat.reason_code} {since}  {name}")
        click.echo(f"{found.day}: {found.count} of {len(found.seats)} counted")


@bodies.command("officer")
@click.argument("body")
@click.argument("person")
@click.option("--role", type=click.Choice([str(r) for r in APPOINTED_ROLES]), required=True)
@click.option("--country", required=True, help="The state represented, as PY.")
@click.option("--from", "since", type=click.DateTime(["%Y-%m-%d"]), help="Left out: today.")
@click.option("--to", "until", type=click.DateTime(["%Y-%m-%d"]), help="Last day of the term.")
@click.option("--elected", type=click.Choice([str(e) for e in Elected]), help="Officers only.")
@click.option("--document", required=True, help="The minutes, note or letter.")
@AS
def officer_command(
    *,
    body: str,
    person: str,
    role: str,
    country: str,
    since: datetime | None,
    until: datetime | None,
    elected: str | None,
    document: str,
    email: str,
) -> None:
    """Record that PERSON (an e-mail) is elected or accredited in BODY; the role is given."""
    with product() as services:
        actor = _secretariat(services, email)
        with services.uow.begin(actor) as tx:
            proposed = ProposedAppointment(
                role=role,
                user_id=_key(tx.connection, person),
                country=country.upper(),
                since=_day(services, since),
                until=until.date() if until else None,
                document=document,
                elected=elected or "",
            )
            key = appoint(tx, body, proposed)
    click.echo(f"{key}  {role}  {country.upper()}  {person}")


@bodies.command("confirm-rule")
@click.argument("body")
@click.argument("rule")
@click.option("--document", required=True, help="The rules of procedure or decision that was read.")
@AS
def confirm_command(*, body: str, rule: str, document: str, email: str) -> None:
    """Record that the Secretariat confirms RULE of BODY as it is written, on a document."""
    with product() as services:
        actor = _secretariat(services, email)
        with services.uow.begin(actor) as tx:
            found = get_rule(tx.connection, services.reference.body(body), rule)
            confirm_rule(tx, body, rule, found.digest, document)
    click.echo(f"{rule}  {found.digest}")


def _secretariat(services: Services, email: str) -> Actor:
    with services.uow.read() as connection:
        actor = find_actor(connection, _key(connection, email), _day(services, None))
    if actor is None:
        raise click.ClickException(f"The account {email} is closed.")
    return actor


def _key(connection: Connection, email: str) -> int:
    person = find_user_by_email(connection, email)
    if person is None:
        raise click.ClickException(f"Nobody here has the e-mail {email}.")
    return person.id


def _day(services: Services, given: datetime | None) -> date:
    return given.date() if given else services.calendar.local_day(services.uow.clock.now())


def _lines(
    body: Body, day: date, rules: tuple[RuleInForce, ...], people: tuple[Appointment, ...]
) -> Iterator[str]:
    lang, name = terminal_language(), body.name_on(day)
    yield f"{body.id}  {name.acronym[lang]}  {name.name[lang]}  ({name.parent[lang]})"
    for found in rules:
        by = found.confirmation.document if found.confirmation else "its sources"
        state = f"confirmed: {by}" if found.is_confirmed else "NOT confirmed"
        yield f"rule {found.name:<16} {found.digest[:12]}  {state}"
    for each in people:
        until = each.until or ""
        standing = each.on(day).value
        yield f"{each.role:<14} {each.country}  {each.since}..{until}  {standing}  {each.person}"


def _body_json(
    body: Body, day: date, rules: tuple[RuleInForce, ...], people: tuple[Appointment, ...]
) -> Mapping[str, Json]:
    name = body.name_on(day)
    return {
        "id": body.id,
        "day": day.isoformat(),
        "name": name.name.as_dict(),
        "acronym": name.acronym.as_dict(),
        "parent": name.parent.as_dict(),
        "mandate": body.mandate,
        "rules": [
            {
                "name": each.name,
                "digest": each.digest,
                "confirmed": each.is_confirmed,
                "confirmation": dict(each.confirmation.as_json()) if each.confirmation else None,
            }
            for each in rules
        ],
        "people": [
            {f.name: _written(getattr(each, f.name)) for f in fields(each)} for each in people
        ],
    }


def _seats_json(found: Electorate) -> Mapping[str, Json]:
    kept = ("country", "counted", "reason_code", "source", "confirmed")
    return {
        "body": found.body,
        "day": found.day.isoformat(),
        "count": found.count,
        "seats": [
            {**{name: getattr(seat, name) for name in kept}, "params": dict(seat.params)}
            for seat in found.seats
        ],
    }


def _written(value: object) -> Json:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value if isinstance(value, int) else None if value is None else str(value)


def _print(value: Mapping[str, Json]) -> None:
    print_json(value)
