"""Bringing a database to the shape that this version needs, by the revisions in `migrations/`.

All revisions of one upgrade run in one transaction, in either database: a failed upgrade leaves
the database as it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from ricomi_workflow.db.schema import metadata, triggers
from ricomi_workflow.kernel.actors import SYSTEM

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ricomi_workflow.db.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class RevisionStatus:
    """Where a database stands among the revisions; None: no revision."""

    current: str | None
    newest: str | None

    @property
    def is_newest(self) -> bool:
        """Whether nothing is to be done."""
        return self.current == self.newest


def upgrade(uow: UnitOfWork, folder: Path) -> RevisionStatus:
    """Run every revision in `folder` that the database has not seen; answer where it stands."""
    with uow.begin(SYSTEM) as tx:
        command.upgrade(_config(folder, tx.connection), "head")
        return get_status(tx.connection, folder)


def write_revision(uow: UnitOfWork, folder: Path, subject: str) -> Path:
    """Write a new revision with the difference between the database and the tables in code.

    Raises: LookupError when Alembic writes none.
    """
    with uow.begin(SYSTEM) as tx:
        config = _config(folder, tx.connection)
        number = f"{len(list(ScriptDirectory.from_config(config).walk_revisions())) + 1:04d}"
        written = command.revision(config, subject, autogenerate=True, rev_id=number)
    if written is None or isinstance(written, list):
        raise LookupError("no single revision was written")
    return Path(written.path)


def get_status(connection: Connection, folder: Path) -> RevisionStatus:
    """Where the database stands among the revisions in `folder`."""
    script = ScriptDirectory.from_config(_config(folder, connection))
    current = MigrationContext.configure(connection).get_current_revision()
    return RevisionStatus(current, script.get_current_head())


def differences(connection: Connection) -> list[str]:
    """What the database lacks, or has otherwise than the tables in code; readable lines.

    Tables and indexes that only the database knows (of the search) are not judged. A trigger that
    is missing or switched off is named: without it raw SQL could change what must not change.
    """
    options = {"compare_type": True, "include_object": is_ours}
    context = MigrationContext.configure(connection, opts=options)
    missing = triggers(connection.dialect.name) - _working_triggers(connection)
    return [
        *(str(found) for found in compare_metadata(context, metadata)),
        *(f"trigger {name} is missing or switched off" for name in sorted(missing)),
    ]


def _working_triggers(connection: Connection) -> set[str]:
    if connection.dialect.name == "postgresql":
        rows = text("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'")
    else:
        rows = text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    return {str(name) for name in connection.execute(rows).scalars()}


def is_ours(
    _item: object,
    _name: str | None,
    kind: str,
    reflected: bool,  # noqa: FBT001 - called so by Alembic
    in_code: object,
) -> bool:
    """Whether Alembic is to compare something: all but what stands in the database alone."""
    return not (reflected and in_code is None and kind in {"table", "index"})


def _config(folder: Path, connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
