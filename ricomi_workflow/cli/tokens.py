"""`ricomi token`: tokens of the API, by the one who keeps the machine."""

from __future__ import annotations

import json
from datetime import datetime

import click

from ricomi_workflow.cli.console import product
from ricomi_workflow.cli.users import ROLE, person_of
from ricomi_workflow.identity.scopes import SCOPES
from ricomi_workflow.identity.tokens import (
    DEFAULT_DAYS,
    TokenRow,
    list_tokens,
    make_token,
    revoke_token,
)
from ricomi_workflow.kernel.actors import SYSTEM, Grant, Role
from ricomi_workflow.kernel.clock import iso


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
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_command(*, email: str, as_json: bool) -> None:
    """List the tokens of a person: office, scopes, last use, how long they work."""
    with product() as services, services.uow.begin(SYSTEM) as tx:
        found, now = list_tokens(tx.connection, person_of(tx, email).id), tx.now
    if as_json:
        click.echo(json.dumps([_json(each, now) for each in found], ensure_ascii=False, indent=2))
        return
    for each in found:
        used = iso(each.used_at) if each.used_at else "never used"
        click.echo(
            f"…{each.hint}  {each.name}  {_office(each)}  {', '.join(each.scopes)}  "
            f"{used}  {_standing(each, now)}"
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


def _json(row: TokenRow, now: datetime) -> dict[str, object]:
    return {
        "hint": row.hint,
        "name": row.name,
        "office": _office(row),
        "scopes": row.scopes,
        "created_at": iso(row.created_at),
        "expires_at": iso(row.expires_at),
        "used_at": iso(row.used_at) if row.used_at else None,
        "works": row.revoked_at is None and row.expires_at > now,
    }


def _office(row: TokenRow) -> str:
    return f"{row.role}:{row.country}" if row.country else str(row.role)


def _standing(row: TokenRow, now: datetime) -> str:
    if row.revoked_at is not None:
        return f"ended {iso(row.revoked_at)}"
    return f"{'until' if row.expires_at > now else 'ended'} {iso(row.expires_at)}"
