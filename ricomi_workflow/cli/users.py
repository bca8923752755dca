"""`ricomi user`: people and their roles, by the one who keeps the machine."""

from __future__ import annotations

import json
from datetime import date

import click

from ricomi_workflow.cases.act import Services
from ricomi_workflow.cli.console import product
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.identity.commands import (
    DEFAULT_ZONE,
    add_user,
    deactivate,
    end_role,
    give_role,
)
from ricomi_workflow.identity.delegation_queries import (
    Certificate,
    list_certificates,
    list_certificates_of,
)
from ricomi_workflow.identity.queries import HeldRole, Person, find_user_by_email, list_people
from ricomi_workflow.identity.sign_in import link_path
from ricomi_workflow.kernel.actors import GRANTABLE_ROLES, SYSTEM, Grant
from ricomi_workflow.kernel.clock import iso
from ricomi_workflow.kernel.text import LANGUAGES
from ricomi_workflow.messaging.invitations import send_invitation

ROLE = click.Choice([str(role) for role in GRANTABLE_ROLES])
LANG = click.Choice(LANGUAGES)
_PAGE = 200


@click.group("user")
def users() -> None:
    """People and the roles they hold."""


@users.command("add")
@click.argument("email")
@click.option("--role", type=ROLE, required=True)
@click.option("--country", help="Two letters (PY), for a role that is held for a member state.")
@click.option("--lang", type=LANG, default="es", show_default=True)
@click.option("--name", help="How the person is called; the e-mail when left out.")
@click.option("--zone", default=DEFAULT_ZONE, show_default=True, help="IANA time zone.")
def add_command(
    *, email: str, role: str, country: str | None, lang: str, name: str | None, zone: str
) -> None:
    """Add a person with a role, mail the invitation, and print its link."""
    with product() as services:
        with services.uow.begin(SYSTEM) as tx:
            key = add_user(tx, email, name or email, lang, zone)
            give_role(tx, key, role, country)
            token = send_invitation(tx, key, services.secret_key)
        click.echo(_invitation(services, lang, token))


@users.command("invite")
@click.argument("email")
def invite_command(email: str) -> None:
    """Invite a person again, and print the new link; the former one ends."""
    with product() as services:
        with services.uow.begin(SYSTEM) as tx:
            person = person_of(tx, email)
            token = send_invitation(tx, person.id, services.secret_key)
        click.echo(_invitation(services, person.lang, token))


@users.command("role")
@click.argument("email")
@click.option("--role", type=ROLE, required=True)
@click.option("--country", help="Two letters (PY), for a role that is held for a member state.")
@click.option("--end", is_flag=True, help="End the role at once instead of giving it.")
def role_command(*, email: str, role: str, country: str | None, end: bool) -> None:
    """Give a person one more role, or end one."""
    country = country.upper() if country else None
    with product() as services, services.uow.begin(SYSTEM) as tx:
        person = person_of(tx, email)
        if not end:
            give_role(tx, person.id, role, country)
            return
        today = services.calendar.local_day(tx.now)
        held = [
            grant
            for row in list_people(tx.connection, words=person.email)
            if row.id == person.id
            for grant in row.roles
            if (str(grant.role), grant.country) == (role, country) and grant.is_valid(today)
        ]
        if not held:
            raise click.ClickException(f"{person.email} does not hold {role} {country or ''}")
        for grant in held:
            end_role(tx, grant.id)


@users.command("close")
@click.argument("email")
def close_command(email: str) -> None:
    """Close an account: its sessions end and its roles count no more."""
    with product() as services, services.uow.begin(SYSTEM) as tx:
        deactivate(tx, person_of(tx, email).id)
    click.echo(f"The account {email} is closed.")


@users.command("list")
def list_command() -> None:
    """List people with the roles they hold today."""
    with product() as services, services.uow.read() as connection:
        today = services.calendar.local_day(services.uow.clock.now())
        after: tuple[str, int] | None = None
        while rows := list_people(connection, after=after, limit=_PAGE):
            for row in rows:
                held = ", ".join(_called(role) for role in row.roles if role.is_valid(today))
                state = "" if row.active else "  (closed)"
                click.echo(f"{row.email}  {row.name}  {held}{state}")
            after = (rows[-1].name, rows[-1].id)


@users.command("delegations")
@click.option("--of", "email", help="Only those that this person gave or was given.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def delegations_command(*, email: str | None, as_json: bool) -> None:
    """List certificates of delegation, newest first: who stands in for whom, where, until when."""
    with product() as services, services.uow.begin(SYSTEM) as tx:
        today = services.calendar.local_day(tx.now)
        found = (
            list_certificates_of(tx.connection, person_of(tx, email).id)
            if email
            else list_certificates(tx.connection, limit=None)
        )
    if as_json:
        told = [_certificate_json(each, today) for each in found]
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    for each in found:
        offices = ", ".join(_office(grant) for grant in each.offices)
        scope = ", ".join((*each.kinds, *each.cases)) or "every case"
        ballots = "with ballots" if each.ballots else "without ballots"
        click.echo(
            f"{each.valid_from}..{each.valid_to}  {each.status(today):<9}  "
            f"{each.delegate} for {each.giver}  {offices}  {scope}, {ballots}"
        )


def _certificate_json(found: Certificate, today: date) -> dict[str, object]:
    return {
        "id": found.id,
        "giver": found.giver,
        "delegate": found.delegate,
        "offices": [_office(grant) for grant in found.offices],
        "kinds": list(found.kinds),
        "cases": list(found.cases),
        "ballots": found.ballots,
        "valid_from": found.valid_from.isoformat(),
        "valid_to": found.valid_to.isoformat(),
        "note": found.note,
        "status": found.status(today).value,
        "made_at": iso(found.made_at),
        "history": [{"event": each.event, "at": iso(each.at)} for each in found.history],
    }


def _office(grant: Grant) -> str:
    return f"{grant.role}:{grant.country}" if grant.country else str(grant.role)


def _called(role: HeldRole) -> str:
    return f"{role.role}:{role.country}" if role.country else str(role.role)


def person_of(tx: Tx, email: str) -> Person:
    """The person with this e-mail; the command ends where there is none."""
    person = find_user_by_email(tx.connection, email)
    if person is None:
        raise click.ClickException(f"Nobody here has the e-mail {email}.")
    return person


def _invitation(services: Services, lang: str, token: str) -> str:
    return services.base_url + link_path(lang, token)
