"""What every command stands on: the product composed for one command, and answers in words.

A refusal, a mistake or a database that is not prepared ends a command with a sentence and exit
code 1, never with a traceback. What is left is a fault of ours and shows itself whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy import inspect, make_url
from sqlalchemy.exc import DBAPIError

from ricomi_workflow.bootstrap import Settings, compose, settings_from_env
from ricomi_workflow.cases.act import Services
from ricomi_workflow.cli.messages import explained, terminal_language
from ricomi_workflow.definitions.model import FormDef
from ricomi_workflow.definitions.texts import load_texts
from ricomi_workflow.kernel.errors import DomainError
from ricomi_workflow.messaging.transport import Transport, transport_from
from ricomi_workflow.workflow_migration.queries import require_known_cases

PREPARE = "run `ricomi db upgrade` first"


class Commands(click.Group):
    """Commands whose failures are sentences."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; end with its sentence when the domain or the database answers no."""
        try:
            return super().invoke(ctx)
        except DomainError as error:
            raise refused(error) from None
        except DBAPIError as error:
            raise click.ClickException(_database_words(error)) from None


def refused(error: DomainError, form: FormDef | None = None) -> click.ClickException:
    """The end of a command, in words; `form` gives fields their names."""
    lines = explained(error, load_texts(), terminal_language(), form)
    return click.ClickException("\n".join(lines))


@contextmanager
def product(
    settings: Settings | None = None, *, needs_processes: bool = True
) -> Iterator[Services]:
    """The product on the database of this installation, which must be prepared.

    `needs_processes` False: also where cases stand in a process or a state that is not there, for
    a command that proves a database which somebody may have altered.
    """
    settings = settings or settings_from_env()
    require_file(settings)
    services = compose(settings)
    try:
        if not inspect(services.uow.engine).has_table("case"):
            shown = services.uow.engine.url.render_as_string()
            raise click.ClickException(f"The database {shown} is not prepared: {PREPARE}.")
        if needs_processes:
            require_known_cases(services)
        yield services
    finally:
        services.uow.engine.dispose()


def require_file(settings: Settings) -> None:
    """Refuse an SQLite file that does not exist, before SQLite makes an empty one."""
    url = make_url(settings.database_url)
    name = url.database or ""
    is_file = url.get_backend_name() == "sqlite" and name not in {"", ":memory:"}
    if is_file and not Path(name).is_file():
        raise click.ClickException(f"There is no database {name}: {PREPARE}.")


def transport_of(settings: Settings) -> Transport:
    """The way by which this installation sends mail."""
    return transport_from(settings.smtp_url, settings.files)


def _database_words(error: DBAPIError) -> str:
    first = str(error.orig).strip().partition("\n")[0]
    if "no such table" in first or ("relation" in first and "does not exist" in first):
        return f"The database is not prepared for this version: {PREPARE}. ({first})"
    return f"The database does not answer as it should: {first}"
