"""`ricomi demo`: the product with an illustrative network in it, served on this machine."""

from __future__ import annotations

import os
import secrets
from dataclasses import replace
from pathlib import Path

import click
import waitress
from sqlalchemy import Engine, inspect, make_url, text

from ricomi_workflow.bootstrap import Settings, compose, data_folder, settings_from_env
from ricomi_workflow.cli.console import transport_of
from ricomi_workflow.db.engine import create_engine
from ricomi_workflow.db.schema_upgrade import upgrade
from ricomi_workflow.db.uow import UnitOfWork
from ricomi_workflow.demo.network import build_demo
from ricomi_workflow.identity.queries import is_demonstration
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.clock import SystemClock
from ricomi_workflow.resources import root
from ricomi_workflow.simulation.accounts import Accounts, create_accounts
from ricomi_workflow.worker.scheduler import start_background
from ricomi_workflow.workflow_migration.queries import require_known_cases

_SHOWN = (
    (Role.FOCAL_POINT, "PY"),
    (Role.SECRETARIAT, None),
    (Role.CHAIR, None),
    (Role.VICE_CHAIR, None),
    (Role.RAPPORTEUR, None),
    (Role.OBSERVER, "ES"),
    (Role.CEAM_DELEGATE, "HT"),
    (Role.CEAM_DELEGATE, "BR"),
    (Role.FUND_ADMINISTRATOR, None),
    (Role.REVIEWER, "1"),
    (Role.CERTIFYING_OFFICER, None),
    (Role.AUDITOR, None),
    (Role.ADMINISTRATOR, None),
)


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--database", help="Database address; by default a file of the demonstration.")
@click.option("--reset", is_flag=True, help="Begin again: forget what the demonstration holds.")
def demo(*, port: int, database: str | None, reset: bool) -> None:
    """Serve an illustrative network: the 2011 proposal stands before the committee."""
    folder = data_folder()
    folder.mkdir(parents=True, exist_ok=True)
    settings = replace(
        settings_from_env(),
        database_url=database or f"sqlite:///{folder / 'demo.sqlite'}",
        base_url=f"http://127.0.0.1:{port}",
        files=folder / "demo-files",
    )
    password = os.environ.get("RICOMI_DEMO_PASSWORD") or secrets.token_urlsafe(9)
    if reset:
        _forget(settings)
    accounts = _prepared(settings, password)
    _serve(settings, port, accounts, password)


def _prepared(settings: Settings, password: str) -> Accounts:
    """The people of the demonstration, which is played first if the database is empty."""
    engine = create_engine(settings.database_url)
    if not inspect(engine).has_table("case"):
        click.echo("Playing the demonstration ...", err=True)
        upgrade(UnitOfWork(engine, SystemClock()), root("migrations"))
        accounts = build_demo(settings, password)
    else:
        _refuse_real(engine, settings)
        services = compose(settings)
        require_known_cases(services)
        accounts = create_accounts(services, password)
    engine.dispose()
    return accounts


def _refuse_real(engine: Engine, settings: Settings) -> None:
    with engine.connect() as connection:
        demonstration = is_demonstration(connection)
    if not demonstration:
        raise click.ClickException(
            f"{settings.database_url} is not a demonstration; demo accounts are not added to it."
        )


def _forget(settings: Settings) -> None:
    """Remove a demonstration; never anything else."""
    engine = create_engine(settings.database_url)
    if inspect(engine).has_table("case"):
        _refuse_real(engine, settings)
        if engine.dialect.name == "postgresql":
            at_once = engine.execution_options(isolation_level="AUTOCOMMIT")
            with at_once.connect() as connection:
                connection.execute(text("DROP SCHEMA public CASCADE"))
                connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    file = make_url(settings.database_url).database
    if engine.dialect.name == "sqlite" and file:
        for name in (file, f"{file}-wal", f"{file}-shm"):
            Path(name).unlink(missing_ok=True)


def _serve(settings: Settings, port: int, accounts: Accounts, password: str) -> None:
    from ricomi_workflow.web.app import create_app  # noqa: PLC0415 - heavy, and few commands serve

    services = compose(settings)
    app = create_app(services, demo=True)
    working = start_background(services, transport_of(settings))
    for line in _welcome(settings, accounts, password):
        click.echo(line)
    try:
        waitress.serve(app, host="127.0.0.1", port=port, threads=8, ident=None)
    except OSError as error:
        raise click.ClickException(f"Port {port} cannot be used: {error}") from None
    finally:
        working.stop()


def _welcome(settings: Settings, accounts: Accounts, password: str) -> list[str]:
    lines = [
        f"  {accounts.emails[role, country]:<34} {accounts.actor(role, country).name}"
        for role, country in _SHOWN
        if (role, country) in accounts.emails
    ]
    return [
        "",
        f"RICOMI Workflow is served at {settings.base_url} (stop with Ctrl+C).",
        "Everything in it is illustrative. Sign in with one of these accounts, among others:",
        *lines,
        f"  password of all of them: {password}",
        "",
    ]
