"""The composition root: settings, definitions, slices' hooks and the database become `Services`.

Nothing registers itself by being imported; what the product consists of stands in this file.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ricomi_workflow.ballots import hooks as ballot_hooks
from ricomi_workflow.bodies import reference as bodies_reference
from ricomi_workflow.bodies.calendar import secretariat_calendar
from ricomi_workflow.cases import hooks as case_hooks
from ricomi_workflow.cases.act import Act, Services, united
from ricomi_workflow.cases.commands import accept
from ricomi_workflow.catalogue import hooks as catalogue_hooks
from ricomi_workflow.db.engine import create_engine
from ricomi_workflow.db.uow import UnitOfWork
from ricomi_workflow.deadlines import hooks as deadline_hooks
from ricomi_workflow.definitions.check import check
from ricomi_workflow.definitions.forms import Lookups
from ricomi_workflow.definitions.load import load
from ricomi_workflow.definitions.model import Library
from ricomi_workflow.definitions.texts import load_texts
from ricomi_workflow.engine.process import Process
from ricomi_workflow.fund import hooks as fund_hooks
from ricomi_workflow.kernel.clock import Clock, SystemClock
from ricomi_workflow.kernel.errors import DefinitionError

if TYPE_CHECKING:
    from sqlalchemy import Engine

_SLICES = (case_hooks, deadline_hooks, ballot_hooks, fund_hooks, catalogue_hooks)
GUARDS = united([hooks.GUARDS for hooks in _SLICES])
EFFECTS = united([hooks.EFFECTS for hooks in _SLICES])
IMPLIED = ("file_submission", "notify", "schedule_deadline", "publish")
FIRED_BY_CODE = frozenset({"decide"})


@dataclass(frozen=True, slots=True)
class Settings:
    """What a deployment may choose; every field is an environment variable `RICOMI_<NAME>`."""

    database_url: str
    secret_key: str
    base_url: str = "http://127.0.0.1:8000"
    smtp_url: str = ""
    files: Path = Path("files")
    definitions: Path | None = None


def settings_from_env(environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings of this process; a variable `RICOMI_X_FILE` names a file that holds the value."""

    def value(name: str, default: str = "") -> str:
        file = environ.get(f"RICOMI_{name}_FILE")
        if file:
            return Path(file).read_text(encoding="utf-8").strip()
        return environ.get(f"RICOMI_{name}", default)

    folder = data_folder(environ)
    return Settings(
        database_url=value("DATABASE_URL") or f"sqlite:///{folder / 'ricomi.sqlite'}",
        secret_key=value("SECRET_KEY"),
        base_url=value("BASE_URL", "http://127.0.0.1:8000").rstrip("/"),
        smtp_url=value("SMTP_URL"),
        files=Path(value("FILES") or folder / "files"),
        definitions=Path(value("DEFINITIONS")) if value("DEFINITIONS") else None,
    )


def data_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """The user's data folder of this product; it may not exist yet."""
    home = environ.get("XDG_DATA_HOME") or Path(environ.get("HOME", ".")) / ".local" / "share"
    return Path(home) / "ricomi"


def compose(settings: Settings, clock: Clock | None = None, engine: Engine | None = None) -> Services:
    """The product on one database. Raises `DefinitionError` with every mistake of the definitions."""
    library, processes = _definitions(settings.definitions)
    reference = bodies_reference.load()
    return Services(
        uow=UnitOfWork(engine or create_engine(settings.database_url), clock or SystemClock()),
        library=library,
        processes=processes,
        reference=reference,
        lookups=Lookups(**{name: reference.options(name) for name in Lookups.__slots__}),
        texts=load_texts(),
        calendar=secretariat_calendar(),
        base_url=settings.base_url,
        secret_key=settings.secret_key,
    )


@cache
def _definitions(root: Path | None) -> tuple[Library, dict[str, Process[Act]]]:
    """The library in `root`, judged as a whole, and its processes; read once, for it never changes."""
    library = load(root)
    mistakes = check(library, guards=GUARDS.keys(), effects=EFFECTS.keys(), fired=FIRED_BY_CODE)
    if mistakes:
        raise DefinitionError(mistakes)
    return library, processes_of(library)


def processes_of(library: Library) -> dict[str, Process[Act]]:
    """Every workflow version of `library`, compiled."""
    return {
        key: Process(workflow, GUARDS, EFFECTS, accept=accept, implied=IMPLIED)
        for key, workflow in library.workflows.items()
    }
