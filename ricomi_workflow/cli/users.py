"""`ricomi user` and `ricomi token`: people, their roles and their tokens of the API."""

from __future__ import annotations

from datetime import date, datetime

import click

from ricomi_workflow.cases.act import Services
from ricomi_workflow.cli.console import AS_JSON, print_json, product
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
from ricomi_workflow.identity.tokens import (
    DEFAULT_DAYS,
    SCOPES,
    TokenRow,
    list_tokens,
    make_token,
    revoke_token,
)
from ricomi_workflow.kernel.actors import GRANTABLE_ROLES, SYSTEM, Grant, Role
from ricomi_workflow.kernel.clock import iso
from ricomi_workflow.kernel.text import LANGUAGES
from ricomi_workflow.messaging.delegation_notices import send_invitation

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
@AS_JSON
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
        print_json(told)
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


@click.group("token")
def tokens() -> None:
    """Tokens by which programs use the API."""


@tokens.command("make")
@click.argument("email")
@click.option("--name", required=True, help="What it is for.")
@click.option(
    "--scope", "scopes", type=click.Choice(SCOPES), multiple=True, required=True,
    help="What it may be used for; several times for several.",
)  # fmt: skip
@click.option("--role", type=ROLE, help="The office in which it acts; needed when there are two.")
@click.option("--country", help="Two letters (PY), for an office that is held for a state.")
@click.option(
    "--days", type=int, default=DEFAULT_DAYS, show_default=True, help="How long it works."
)
def make_command(
    *,
    email: str,
    name: str,
    scopes: tuple[str, ...],
    role: str | None,
    country: str | None,
    days: int,
) -> None:
    """Make a token for a person, in one of their offices, and print it, this once."""
    office = Grant(Role(role), country.upper() if country else None) if role else None
    with product() as services, services.uow.begin(SYSTEM) as tx:
        owner = person_of(tx, email).id
        made = make_token(tx, name, days, scopes=scopes, office=office, owner=owner)
    click.echo(made.token)


@tokens.command("list")
@click.argument("email")
@AS_JSON
def list_tokens_command(*, email: str, as_json: bool) -> None:
    """List the tokens of a person: office, scopes, last use, how long they work."""
    with product() as services, services.uow.begin(SYSTEM) as tx:
        found, now = list_tokens(tx.connection, person_of(tx, email).id), tx.now
    if as_json:
        print_json([_token_json(each, now) for each in found])
        return
    for each in found:
        used = iso(each.used_at) if each.used_at else "never used"
        click.echo(
            f"…{each.hint}  {each.name}  {_token_office(each)}  {', '.join(each.scopes)}  "
            f"{used}  {_validity(each, now)}"
        )


@tokens.command("end", context_settings={"ignore_unknown_options": True})  # a HINT may be `-9xY`
@click.argument("email")
@click.argument("hint")
def end_command(*, email: str, hint: str) -> None:
    """End the tokens of a person that end in HINT, as `ricomi token list` shows it."""
    with product() as services, services.uow.begin(SYSTEM) as tx:
        rows = list_tokens(tx.connection, person_of(tx, email).id)
        known = [row for row in rows if row.hint == hint.lstrip("…") and not row.revoked_at]
        if not known:
            raise click.ClickException(f"{email} has no token that works and ends in {hint}.")
        for row in known:
            revoke_token(tx, row.digest)


def _token_json(row: TokenRow, now: datetime) -> dict[str, object]:
    return {
        "hint": row.hint,
        "name": row.name,
        "office": _token_office(row),
        "scopes": row.scopes,
        "created_at": iso(row.created_at),
        "expires_at": iso(row.expires_at),
        "used_at": iso(row.used_at) if row.used_at else None,
        "works": row.revoked_at is None and row.expires_at > now,
    }


def _token_office(row: TokenRow) -> str:
    return f"{row.role}:{row.country}" if row.country else str(row.role)


def _validity(row: TokenRow, now: datetime) -> str:
    if row.revoked_at is not None:
        return f"ended {iso(row.revoked_at)}"
    return f"{'until' if row.expires_at > now else 'ended'} {iso(row.expires_at)}"
