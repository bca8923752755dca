"""The composition root: settings, definitions, slices' hooks and the database become `Services`.

Nothing registers itself by being imported; what the product consists of stands in this file.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from ricomi_workflow.ballots import hooks as ballot_hooks
from ricomi_workflow.ballots import migration as ballot_moving
from ricomi_workflow.ballots import trail_check as ballot_check
from ricomi_workflow.calls import hooks as call_hooks
from ricomi_workflow.calls import trail_check as call_check
from ricomi_workflow.cases import hooks as case_hooks
from ricomi_workflow.cases import trail_check as case_check
from ricomi_workflow.cases.act import Act, Services, merge_hooks
from ricomi_workflow.cases.commands import check_form_and_reason
from ricomi_workflow.cases.separation_of_duties import duties_separated
from ricomi_workflow.catalogue import hooks as catalogue_hooks
from ricomi_workflow.catalogue import migration as catalogue_moving
from ricomi_workflow.catalogue import trail_check as catalogue_check
from ricomi_workflow.catalogue.confirmations import confirmation_rules
from ricomi_workflow.catalogue.entry_types import check_field_roles
from ricomi_workflow.collaboration import trail_check as collaboration_check
from ricomi_workflow.committees import hooks as committee_hooks
from ricomi_workflow.db.engine import create_engine
from ricomi_workflow.db.uow import UnitOfWork
from ricomi_workflow.deadlines import hooks as deadline_hooks
from ricomi_workflow.deadlines import trail_check as deadline_check
from ricomi_workflow.decisions import trail_check as decision_check
from ricomi_workflow.decisions.commands import list_adopted_entries, write_record
from ricomi_workflow.decisions.queries import list_closing_entries
from ricomi_workflow.definitions.check import check
from ricomi_workflow.definitions.library import Library, load
from ricomi_workflow.definitions.texts import load_texts
from ricomi_workflow.engine.process import Process
from ricomi_workflow.execution import hooks as execution_hooks
from ricomi_workflow.files import hooks as file_hooks
from ricomi_workflow.files import trail_check as file_check
from ricomi_workflow.files.clamd import Clamd
from ricomi_workflow.files.folder_store import FolderStore
from ricomi_workflow.files.s3 import S3Store, address_of
from ricomi_workflow.fund import hooks as fund_hooks
from ricomi_workflow.fund import trail_check as fund_check
from ricomi_workflow.fund.exceptions import with_exceptions
from ricomi_workflow.kernel.clock import Clock, SystemClock
from ricomi_workflow.kernel.errors import DefinitionError, DomainError, Mistake
from ricomi_workflow.kernel.files import Store
from ricomi_workflow.kernel.network_address import HostPort
from ricomi_workflow.ledger import trail_check as ledger_check
from ricomi_workflow.ledger.bank_accounts import bank_accounts
from ricomi_workflow.ledger.chart import chart
from ricomi_workflow.matching import hooks as matching_hooks
from ricomi_workflow.matching import trail_check as matching_trail_check
from ricomi_workflow.matching.rules import weights
from ricomi_workflow.meetings import hooks as meeting_hooks
from ricomi_workflow.meetings import trail_check as meeting_check
from ricomi_workflow.messaging.transport import transport_from
from ricomi_workflow.partners import hooks as partner_hooks
from ricomi_workflow.reference_data import loader as bodies_reference
from ricomi_workflow.reference_data.calendars import secretariat_calendar
from ricomi_workflow.reviews import hooks as review_hooks
from ricomi_workflow.reviews import trail_check as review_check

if TYPE_CHECKING:
    from sqlalchemy import Engine

_SLICES = (
    case_hooks,
    committee_hooks,
    deadline_hooks,
    ballot_hooks,
    fund_hooks,
    catalogue_hooks,
    call_hooks,
    review_hooks,
    partner_hooks,
    execution_hooks,
    file_hooks,
    meeting_hooks,
    matching_hooks,
)
GUARDS = with_exceptions(merge_hooks([hooks.GUARDS for hooks in _SLICES]))
EFFECTS = merge_hooks([hooks.EFFECTS for hooks in _SLICES])
TRAIL_CHECKS = tuple(
    each.check_trail
    for each in (
        case_check,
        ballot_check,
        decision_check,
        file_check,
        ledger_check,
        fund_check,
        deadline_check,
        call_check,
        review_check,
        collaboration_check,
        meeting_check,
        matching_trail_check,
        catalogue_check,
    )
)
_read_texts = cache(load_texts)  # the sentences of the interface, read once
PINS = list_closing_entries  # what every checkpoint covers besides the ends of the trails
MOVERS = tuple(each.MIGRATION for each in (ballot_moving, deadline_hooks, catalogue_moving))
IMPLIED = ("file_submission", "name_files", "notify", "schedule_deadline", "publish")
FIRED_BY_CODE = frozenset(
    {"decide", "open_call", "close_call", "expire_tranche", "expire_commitment"}
)
READS = {
    **fund_hooks.READS,
    **call_hooks.READS,
    **partner_hooks.READS,
    **execution_hooks.READS,
    **meeting_hooks.READS,
    **matching_hooks.READS,
}
TERMS = {**fund_hooks.TERMS, **execution_hooks.TERMS}
VARIABLES = (
    "DATABASE_URL", "SECRET_KEY", "BASE_URL", "SMTP_URL", "FILES", "DEFINITIONS", "S3", "CLAMD",
    "MAX_UPLOAD", "WEBHOOK_EXERCISE",
)  # fmt: skip
_LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})
_KEY_LENGTH = 32
_KEY_VARIETY = 10
_LARGEST_UPLOAD = 1024


@dataclass(frozen=True, slots=True)
class Settings:
    """What a deployment may choose; every field is an environment variable `RICOMI_<NAME>`."""

    database_url: str
    secret_key: str = field(repr=False)
    base_url: str = "http://127.0.0.1:8000"
    smtp_url: str = ""
    files: Path = Path("files")
    definitions: Path | None = None
    s3: str = ""  # a bucket for files instead of a folder below `files`
    clamd: str = ""  # the scanner of files
    max_upload: int = 20  # megabytes of one file
    webhook_exercise: str = ""  # host:port that may be told without https, inside the network


class SettingsError(DomainError):
    """Variables of the environment hold mistakes; all of them are listed."""

    code = "settings"

    def __init__(self, mistakes: Sequence[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = tuple(mistakes)


def settings_from_env(environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings of this process; a variable `RICOMI_X_FILE` names a file that holds the value.

    On the machine itself (a local base URL) a missing secret key is made once and kept in the data
    folder; anywhere else a missing or weak one is refused. Raises `SettingsError`.
    """
    mistakes: list[str] = []
    given = {name: _value(environ, name, mistakes) for name in VARIABLES}
    folder = data_folder(environ)
    settings = Settings(
        database_url=given["DATABASE_URL"] or f"sqlite:///{folder / 'ricomi.sqlite'}",
        secret_key=given["SECRET_KEY"],
        base_url=(given["BASE_URL"] or "http://127.0.0.1:8000").rstrip("/"),
        smtp_url=given["SMTP_URL"],
        files=Path(given["FILES"] or folder / "files"),
        definitions=Path(given["DEFINITIONS"]) if given["DEFINITIONS"] else None,
        s3=given["S3"],
        clamd=given["CLAMD"],
        max_upload=_megabytes(given["MAX_UPLOAD"], mistakes),
        webhook_exercise=given["WEBHOOK_EXERCISE"],
    )
    mistakes += [fault for judge in _JUDGES for fault in judge(settings)]
    if mistakes:
        raise SettingsError(mistakes)
    if settings.secret_key:
        return settings
    return replace(settings, secret_key=_local_secret_key(folder / "secret_key"))


def data_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """The user's data folder of this product; it may not exist yet."""
    home = environ.get("XDG_DATA_HOME") or Path(environ.get("HOME", ".")) / ".local" / "share"
    return Path(home) / "ricomi"


def _value(environ: Mapping[str, str], name: str, mistakes: list[str]) -> str:
    file = environ.get(f"RICOMI_{name}_FILE")
    if not file:
        return environ.get(f"RICOMI_{name}", "").strip()
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        mistakes.append(f"RICOMI_{name}_FILE: {file} cannot be read: {error}")
        return ""


def _megabytes(text: str, mistakes: list[str]) -> int:
    if not text:
        return 20
    if text.isdecimal() and 1 <= int(text) <= _LARGEST_UPLOAD:
        return int(text)
    mistakes.append(f"RICOMI_MAX_UPLOAD: {text!r} is not 1 to {_LARGEST_UPLOAD} megabytes")
    return 20


def _judge_database(settings: Settings) -> Iterator[str]:
    try:
        backend = make_url(settings.database_url).get_backend_name()
    except ArgumentError:
        backend = ""
    if backend not in {"sqlite", "postgresql"}:
        yield (
            "RICOMI_DATABASE_URL: not an address as sqlite:////folder/file.sqlite"
            " or postgresql+psycopg://user:password@host/name"
        )


def _judge_base_url(settings: Settings) -> Iterator[str]:
    parts = urlsplit(settings.base_url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        yield f"RICOMI_BASE_URL: {settings.base_url!r} is not an address as https://host"


def _judge_smtp(settings: Settings) -> Iterator[str]:
    try:
        transport_from(settings.smtp_url, settings.files)
    except ValueError as error:
        yield f"RICOMI_SMTP_URL: {error}"


def _judge_secret_key(settings: Settings) -> Iterator[str]:
    key = settings.secret_key
    if urlsplit(settings.base_url).hostname in _LOCAL:
        return
    if len(key) < _KEY_LENGTH or len(set(key)) < _KEY_VARIETY:
        yield (
            f"RICOMI_SECRET_KEY: {'too weak' if key else 'missing'}; it signs sessions and links."
            " Make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )


def _judge_files(settings: Settings) -> Iterator[str]:
    named = (("S3", settings.s3, address_of), ("CLAMD", settings.clamd, Clamd.from_url))
    for name, given, judge in named:
        try:
            if given:
                judge(given)
        except ValueError as error:
            yield f"RICOMI_{name}: {error}"
    if settings.s3 and not find_spec("boto3"):
        yield "RICOMI_S3: install the extra: pip install 'ricomi-workflow[s3]'"


def _judge_webhooks(settings: Settings) -> Iterator[str]:
    try:
        _exercise_of(settings)
    except ValueError as error:
        yield f"RICOMI_WEBHOOK_EXERCISE: {error}"


_JUDGES = (
    _judge_database,
    _judge_base_url,
    _judge_smtp,
    _judge_secret_key,
    _judge_files,
    _judge_webhooks,
)


def _local_secret_key(file: Path) -> str:
    """The key of this machine, made when it is first needed; only its owner may read it."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as fresh:
                fresh.write(secrets.token_urlsafe(48))
        return file.read_text(encoding="ascii")
    except OSError as error:
        fault = f"RICOMI_SECRET_KEY: missing, and none can be kept in {file}: {error}"
        raise SettingsError([fault]) from error


def compose(
    settings: Settings, clock: Clock | None = None, engine: Engine | None = None
) -> Services:
    """The product on one database. Raises `DefinitionError` with every mistake there is."""
    library, processes = _definitions(settings.definitions)
    reference = bodies_reference.load()
    read_early()
    return Services(
        uow=UnitOfWork(engine or create_engine(settings.database_url), clock or SystemClock()),
        library=library,
        processes=processes,
        reference=reference,
        lookups=reference.lookups(),
        texts=_read_texts(),
        calendar=secretariat_calendar(),
        base_url=settings.base_url,
        secret_key=settings.secret_key,
        store=store_of(settings),
        scanner=Clamd.from_url(settings.clamd) if settings.clamd else None,
        max_upload=settings.max_upload,
        webhook_exercise=_exercise_of(settings),
        record_decision=write_record,
        entries_without_case=list_adopted_entries,
    )


def _exercise_of(settings: Settings) -> HostPort | None:
    """The place for exercises of webhooks, if one is set. Raises ValueError."""
    return HostPort.parse(settings.webhook_exercise) if settings.webhook_exercise else None


def read_early() -> None:
    """Read the files of `reference/` that acts stand on, so that a mistake is told before any.

    Raises `DefinitionError` with every mistake of all of them.
    """
    mistakes = mistakes_of(chart, bank_accounts, weights, confirmation_rules)
    if mistakes:
        raise DefinitionError(mistakes)


def mistakes_of(*readers: Callable[[], object]) -> list[Mistake]:
    """Every mistake that any of the readers raises."""
    mistakes: list[Mistake] = []
    for read in readers:
        try:
            read()
        except DefinitionError as error:
            mistakes += error.mistakes
    return mistakes


def store_of(settings: Settings) -> Store:
    """Where this installation keeps the contents of files."""
    if settings.s3:
        return S3Store(address_of(settings.s3))
    return FolderStore(settings.files / "contents")


@cache
def _definitions(root: Path | None) -> tuple[Library, dict[str, Process[Act]]]:
    """The library in `root`, judged as a whole, and its processes; it never changes."""
    library = load(root)
    mistakes = judge_definitions(library)
    if mistakes:
        raise DefinitionError(mistakes)
    return library, processes_of(library)


def judge_definitions(library: Library) -> list[Mistake]:
    """Every mistake of a library as a whole, against what the slices offer."""
    return check_field_roles(library) + check(
        library,
        guards=GUARDS.keys(),
        effects=EFFECTS.keys(),
        fired=FIRED_BY_CODE,
        reads=READS,
        terms=TERMS,
        bodies=bodies_reference.load().bodies,
    )


def processes_of(library: Library) -> dict[str, Process[Act]]:
    """Every workflow version of `library`, compiled."""
    return {
        key: Process(
            workflow,
            GUARDS,
            EFFECTS,
            accept=check_form_and_reason,
            implied=IMPLIED,
            judge=duties_separated,
        )
        for key, workflow in library.workflows.items()
    }
