"""`ricomi db`: bring the database to the shape of this version, and check that it has it."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from sqlalchemy import make_url

from ricomi_workflow.bootstrap import Settings, settings_from_env
from ricomi_workflow.cli.console import PREPARE, require_file
from ricomi_workflow.db.engine import create_engine
from ricomi_workflow.db.schema_upgrade import differences, get_status, upgrade, write_revision
from ricomi_workflow.db.uow import UnitOfWork
from ricomi_workflow.kernel.clock import SystemClock
from ricomi_workflow.resources import root


@click.group()
def db() -> None:
    """The database of this installation."""


@db.command("upgrade")
def upgrade_command() -> None:
    """Make the database, or bring it to the shape of this version; harmless when it has it."""
    settings = settings_from_env()
    _make_folder(settings)
    uow = _unit_of_work(settings)
    shown = uow.engine.url.render_as_string()
    try:
        now = upgrade(uow, root("migrations"))
    finally:
        uow.engine.dispose()
    if now.current is None:
        raise click.ClickException("This version holds no revision of the database.")
    click.echo(f"{shown} is at revision {now.current}.")


@db.command("check")
def check_command() -> None:
    """Say whether the database has the shape of this version; exit 1 and name what differs."""
    settings = settings_from_env()
    require_file(settings)
    uow = _unit_of_work(settings)
    with uow.read() as connection:
        now = get_status(connection, root("migrations"))
        faults = differences(connection) if now.is_newest else []
    uow.engine.dispose()
    if not now.is_newest:
        found = f"at revision {now.current}" if now.current else "not prepared"
        faults = [f"The database is {found}, this version needs {now.newest}: {PREPARE}."]
    for fault in faults:
        click.echo(fault)
    if faults:
        sys.exit(1)
    click.echo(f"The database is at revision {now.current} and has the shape of this version.")


@db.command("revision", hidden=True)
@click.argument("subject")
def revision_command(subject: str) -> None:
    """Write a revision from the tables in code: for developers, in a checkout."""
    uow = _unit_of_work(settings_from_env())
    written = write_revision(uow, root("migrations"), subject)
    uow.engine.dispose()
    click.echo(f"{written}: look through it, and add the triggers of both databases.")


def _make_folder(settings: Settings) -> None:
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and url.database not in {None, "", ":memory:"}:
        folder = Path(url.database or "").absolute().parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise click.ClickException(f"{folder} cannot be made: {error}") from None


def _unit_of_work(settings: Settings) -> UnitOfWork:
    return UnitOfWork(create_engine(settings.database_url), SystemClock())
