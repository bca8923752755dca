"""`ricomi webhook`: programs that are told of what happens, by the one who keeps the machine."""

from __future__ import annotations

import click

from ricomi_workflow.cli.console import AS_JSON, print_json, product
from ricomi_workflow.kernel.actors import SYSTEM, Grant, Role
from ricomi_workflow.kernel.clock import iso
from ricomi_workflow.webhooks import commands, queries
from ricomi_workflow.webhooks.rules import EVENTS, SUBSCRIBERS

_OFFICES = [str(role) for role in SUBSCRIBERS if role is not Role.FOCAL_POINT]


@click.group("webhook")
def webhooks() -> None:
    """Programs that are told of what happens."""


@webhooks.command("make")
@click.argument("url")
@click.option("--name", required=True, help="What it is called.")
@click.option(
    "--role", type=click.Choice(_OFFICES), required=True,
    help="The office of the network whose it is; a State adds its own on its page.",
)  # fmt: skip
@click.option(
    "--event", "events", type=click.Choice(EVENTS), multiple=True, default=EVENTS,
    help="What it is told of; several times for several; everything when left out.",
)  # fmt: skip
def make_command(*, url: str, name: str, role: str, events: tuple[str, ...]) -> None:
    """Let the program at URL be told, for an office; print its key and its secret, this once."""
    wanted = commands.Subscription(Grant(Role(role), None), name, url, events)
    with product() as services, services.uow.begin(SYSTEM) as tx:
        made = commands.subscribe(tx, services, wanted)
    click.echo(f"{made.webhook} {made.secret}")


@webhooks.command("secret")
@click.argument("key", type=int)
def secret_command(*, key: int) -> None:
    """Make a new secret for an office of the network and print it, this once.

    The former one counts for a day. A State makes its own on the page of its program.
    """
    with product() as services, services.uow.begin(SYSTEM) as tx:
        made = commands.rotate_secret(tx, services, key)
    click.echo(made.secret)


@webhooks.command("list")
@AS_JSON
def list_command(*, as_json: bool) -> None:
    """List the programs that are told, and how that stands."""
    with product() as services, services.uow.read() as connection:
        found = queries.list_webhooks(connection, SYSTEM)
    if as_json:
        print_json([_json(each) for each in found])
        return
    for each in found:
        told = f"{each.standing} {each.why}".strip()
        click.echo(f"{each.id}  {_office(each.office)}  {each.name}  {each.url}  {told}")


@webhooks.command("log")
@click.argument("key", type=int)
@click.option("--limit", type=int, default=queries.PAGE, show_default=True, help="How many.")
def log_command(*, key: int, limit: int) -> None:
    """Show what a program was told, the newest first, with its attempts."""
    with product() as services, services.uow.read() as connection:
        known = queries.get_webhook(connection, SYSTEM, key)
        found = queries.list_deliveries(connection, known.id, limit=limit)
    for each in found:
        click.echo(f"{each.id}  {iso(each.at)}  {each.name}  {each.ref or '-'}  {each.status}")
        for one in each.attempts:
            click.echo(f"    {iso(one.at)}  {one.outcome}  {one.code or '-'}")


@webhooks.command("again")
@click.argument("key", type=int)
@click.argument("delivery", type=int)
def again_command(*, key: int, delivery: int) -> None:
    """Let the worker send something again that was taken or given up."""
    with product() as services, services.uow.begin(SYSTEM) as tx:
        commands.send_again(tx, key, delivery)


@webhooks.command("test")
@click.argument("key", type=int)
def test_command(*, key: int) -> None:
    """Let the worker send a test; print the key of its delivery."""
    with product() as services, services.uow.begin(SYSTEM) as tx:
        click.echo(commands.send_test(tx, key))


@webhooks.command("stop")
@click.argument("key", type=int)
def stop_command(*, key: int) -> None:
    """Tell a program nothing more until it is resumed."""
    with product() as services, services.uow.begin(SYSTEM) as tx:
        commands.stop(tx, key)


@webhooks.command("resume")
@click.argument("key", type=int)
def resume_command(*, key: int) -> None:
    """Let a stopped program be told again; what was waiting goes out."""
    with product() as services, services.uow.begin(SYSTEM) as tx:
        commands.resume(tx, key)


@webhooks.command("end")
@click.argument("key", type=int)
def end_command(*, key: int) -> None:
    """Stop telling a program for good."""
    with product() as services, services.uow.begin(SYSTEM) as tx:
        commands.end(tx, key)


def _json(found: queries.Webhook) -> dict[str, object]:
    return {
        "id": str(found.id),
        "office": _office(found.office),
        "name": found.name,
        "url": found.url,
        "events": found.events,
        "standing": found.standing,
        "why": found.why,
        "failing_since": iso(found.failing_since) if found.failing_since else None,
    }


def _office(office: Grant) -> str:
    return f"{office.role}:{office.country}" if office.country else str(office.role)
