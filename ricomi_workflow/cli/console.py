"""What every command stands on: the product composed for one command, and answers in words.

A refusal, a mistake or a database that is not prepared ends a command with a sentence and exit
code 1, never with a traceback. What is left is a fault of ours and shows itself whole.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import click
from sqlalchemy import inspect, make_url
from sqlalchemy.exc import DBAPIError

from ricomi_workflow.bootstrap import Settings, SettingsError, compose, settings_from_env
from ricomi_workflow.cases.act import Services
from ricomi_workflow.definitions.model import FieldDef, FormDef
from ricomi_workflow.definitions.texts import Texts, load_texts
from ricomi_workflow.identity.queries import find_actor, find_user_by_email
from ricomi_workflow.kernel import errors
from ricomi_workflow.kernel.actors import Actor
from ricomi_workflow.kernel.errors import DomainError, FieldError
from ricomi_workflow.kernel.text import LANGUAGES
from ricomi_workflow.localization.message_text import MessageText
from ricomi_workflow.messaging.transport import Transport, transport_from
from ricomi_workflow.workflow_migration.queries import require_known_cases

DAY = click.DateTime(formats=["%Y-%m-%d"])
AS = click.option("--as", "email", required=True, help="Who does it, with their offices.")
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
LANG = click.option(
    "--lang", type=click.Choice(LANGUAGES), help="Language; that of the terminal when left out."
)
OUTPUT = click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    required=True,
    help="File to write.",
)
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


def person(services: Services, email: str) -> Actor:
    """Who has this e-mail, with the roles that they hold today."""
    today = services.calendar.local_day(services.uow.clock.now())
    with services.uow.read() as connection:
        found = find_user_by_email(connection, email)
        actor = find_actor(connection, found.id, today) if found else None
    if actor is None:
        raise click.ClickException(f"Nobody here has the e-mail {email}.")
    return actor


def local_day(given: datetime | None, services: Services) -> date:
    """The day that was given, else today at the Secretariat."""
    return given.date() if given else services.calendar.local_day(services.uow.clock.now())


def print_json(value: object) -> None:
    """Print facts for programs."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


ZONE = "America/New_York"  # the Secretariat's: a terminal may stand anywhere


def terminal_language(environ: Mapping[str, str] = os.environ) -> str:
    """The language in which the terminal is read."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environ.get(name):
            lang = environ[name][:2].lower()
            return lang if lang in LANGUAGES else "en"
    return "en"


def explained(
    error: DomainError, texts: Texts, lang: str, form: FormDef | None = None
) -> Iterator[str]:
    """The lines that say what was answered; `form` gives fields their names."""
    speaker = MessageText(texts, lang, ZONE)
    match error:
        case errors.Invalid():
            for fault in error.fields:
                yield from _mistake(fault, speaker, form)
        case errors.Refused():
            for refusal in error.refusals:
                yield from (speaker.why(refusal), speaker.need(refusal))
        case errors.NotFound():
            yield texts.text("cli.not_found", lang, name=str(error))
        case errors.DefinitionError() | SettingsError():
            yield from (str(mistake) for mistake in error.mistakes)
        case _:
            key = f"ui.error_{error.code}_title"
            title = texts.text(key, lang) if texts.has(key) else error.code
            yield f"{title} ({error})" if str(error) else title


def _mistake(fault: FieldError, speaker: MessageText, form: FormDef | None) -> Iterator[str]:
    yield f"{_place(fault.path, speaker.lang, form)}: {speaker.mistake(fault)}"
    if fault.also:
        also = ", ".join(_place(path, speaker.lang, form) for path in fault.also)
        yield f"    {speaker.texts.text('cli.also', speaker.lang, places=also)}"


def _place(path: str, lang: str, form: FormDef | None) -> str:
    """`budget.3.unit_cost` as `Budget, 4, Unit cost [budget.3.unit_cost]`."""
    if form is None:
        return path
    fields: tuple[FieldDef, ...] = form.fields()
    names = []
    for part in path.split("."):
        known = next((field for field in fields if field.name == part), None)
        if known is not None:
            names.append(known.label[lang])
            fields = known.columns
        elif part.isdecimal():
            names.append(str(int(part) + 1))
        else:
            names.append(part)
    return f"{', '.join(names)} [{path}]"
