"""Metadata, column types and the triggers that both databases share.

A rule that SQL can state is stated here and in the slices' `models.py`, once for SQLite and once
for PostgreSQL, so that raw SQL cannot break it either.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import CHAR, DDL, MetaData, Table, Text, event
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import DateTime, TypeDecorator

from ricomi_workflow.kernel.clock import iso, parse_iso

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from sqlalchemy import Column, Dialect, Engine
    from sqlalchemy.types import TypeEngine

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC instant: `timestamptz` in PostgreSQL, sortable RFC 3339 text in SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Text where the database has no zone-aware type."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(Text())
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | datetime | None:
        """Refuse naive instants."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise AssertionError("naive instants are not stored")
        return iso(value) if dialect.name == "sqlite" else value

    def process_result_value(
        self,
        value: str | datetime | None,
        dialect: Dialect,  # noqa: ARG002 - SQLAlchemy's signature
    ) -> datetime | None:
        """Always aware, always UTC."""
        if value is None:
            return None
        return parse_iso(value) if isinstance(value, str) else value.astimezone(UTC)


class JsonText(TypeDecorator[object]):
    """JSON kept as written, key order included (the first language is the original)."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """`json` (not `jsonb`, which forgets the order of keys) in PostgreSQL, text in SQLite."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.JSON())
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: object, dialect: Dialect) -> object:
        """Text for SQLite; PostgreSQL's type serialises by itself."""
        if value is None or dialect.name == "postgresql":
            return value
        return json.dumps(value, ensure_ascii=False)

    def process_result_value(self, value: object, dialect: Dialect) -> object:
        """The value as it was given."""
        return json.loads(value) if isinstance(value, str) and dialect.name == "sqlite" else value


COUNTRY = CHAR(2)
CURRENCY = CHAR(3)
DIGEST = CHAR(64)


_TRIGGER = re.compile(r"CREATE (?:CONSTRAINT )?TRIGGER (\w+)")


def triggers(dialect: str) -> set[str]:
    """The names of all triggers that the tables in code have in a database of `dialect`."""
    return {name for table in metadata.tables.values() for name in table.info.get(dialect, ())}


def on_create(table: Table, *, sqlite: str | None = None, postgresql: str | None = None) -> None:
    """Run a statement after `table` is created, in the database it is meant for.

    Statements of one table run in the order in which they were given.
    """
    for dialect, statement in (("sqlite", sqlite), ("postgresql", postgresql)):
        if statement:
            table.info.setdefault(dialect, set()).update(_TRIGGER.findall(statement))
            ddl = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]  # theirs
            event.listen(table, "after_create", ddl.execute_if(dialect=dialect))


def append_only(table: Table) -> None:
    """Let rows of `table` be inserted and read, never changed or deleted, in either database."""
    name = table.name
    for act in ("UPDATE", "DELETE"):
        on_create(
            table,
            sqlite=f"""CREATE TRIGGER {name}_no_{act.lower()} BEFORE {act} ON "{name}"
BEGIN SELECT RAISE(ABORT, 'append_only: {name}'); END""",
        )
    on_create(
        table,
        postgresql=f"""CREATE FUNCTION {name}_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append_only: {name}' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    )
    on_create(
        table,
        postgresql=f"""CREATE TRIGGER {name}_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON "{name}"
FOR EACH STATEMENT EXECUTE FUNCTION {name}_append_only()""",
    )


def refuse_existing_keys(table: Table, same: str) -> None:
    """Refuse an insert into `table` where a row stands for which `same` holds of NEW.

    SQLite's INSERT OR REPLACE deletes without a delete trigger where a connection does not ask
    for recursive triggers; it is refused before that, as the conflict that PostgreSQL sees.
    """
    name = table.name
    on_create(
        table,
        sqlite=f"""CREATE TRIGGER {name}_is_new BEFORE INSERT ON "{name}" BEGIN
SELECT RAISE(ABORT, 'uq_{name}')
WHERE EXISTS (SELECT 1 FROM "{name}" WHERE {same});
END""",
    )


def _as_written(condition: str, dialect: str) -> str:
    del dialect
    return condition


def refuse_updates(
    table: Table,
    name: str,
    rules: Mapping[str, str],
    *,
    when: str = "BEFORE INSERT",
    only: str = "",
    lock: str = "",
    said: Callable[[str, str], str] = _as_written,
) -> None:
    """Refuse a change of a row by the first of `rules` (word: condition) that holds.

    `only`: a WHEN clause; `lock`: a statement of PostgreSQL that comes first, for two at once;
    `said`: a condition in the words of a dialect.
    """
    checks = "".join(
        f"SELECT RAISE(ABORT, '{word}') WHERE {said(rule, 'sqlite')};\n"
        for word, rule in rules.items()
    )
    raises = "".join(
        f"IF {said(rule, 'postgresql')} THEN\n"
        f"    RAISE EXCEPTION '{word}' USING ERRCODE = 'integrity_constraint_violation';\nEND IF;\n"
        for word, rule in rules.items()
    )
    first = f"{lock};\n" if lock else ""
    on_create(
        table,
        sqlite=f"""CREATE TRIGGER {name} {when} ON "{table.name}"{only} BEGIN
{checks}END""",
    )
    on_create(
        table,
        postgresql=f"""CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
{first}{raises}RETURN NEW;
END $$""",
    )
    on_create(
        table,
        postgresql=f"""CREATE TRIGGER {name} {when} ON "{table.name}"
FOR EACH ROW{only} EXECUTE FUNCTION {name}()""",
    )


def allow_changes_of(
    table: Table, *moving: str, once: Collection[str] = (), refused: str = "", goes: bool = False
) -> None:
    """Refuse an update of `table` that changes another column than `moving`.

    A column of `once` is given its value once, and keeps it. `refused`: a further condition under
    which an update is refused. Unless it `goes`, no row is deleted either.
    """
    rules = [_changes(column) for column in table.columns if column.name not in {*moving, *once}]
    rules += [f'OLD."{name}" IS NOT NULL AND {_changes(table.c[name])}' for name in once]
    rules += [refused] if refused else []
    word = f"append_only: {table.name}"
    refuse_updates(
        table,
        f"{table.name}_keeps",
        {word: "\nOR ".join(rules)},
        when="BEFORE UPDATE",
        said=_compared,
    )
    if not goes:
        name = f"{table.name}_stays"
        refuse_updates(table, name, {word: "1 = 1"}, when="BEFORE DELETE")
        on_create(
            table,
            postgresql=f"""CREATE TRIGGER {name}_whole BEFORE TRUNCATE ON "{table.name}"
FOR EACH STATEMENT EXECUTE FUNCTION {name}()""",
        )


def _changes(column: Column[object]) -> str:
    cast = "CAST({} AS text)" if isinstance(column.type, JsonText) else "{}"
    new, old = (cast.format(f'{row}."{column.name}"') for row in ("NEW", "OLD"))
    return f"{new} IS DISTINCT FROM {old}"


def _compared(condition: str, dialect: str) -> str:
    distinct = "IS NOT" if dialect == "sqlite" else "IS DISTINCT FROM"
    return condition.replace("IS DISTINCT FROM", distinct)


def create_all(engine: Engine) -> None:
    """Create every table and trigger; the caller has imported the slices' models."""
    metadata.create_all(engine)
