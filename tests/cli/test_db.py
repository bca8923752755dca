from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect, text

from ricomi_workflow.db.engine import create_engine
from ricomi_workflow.db.schema_upgrade import differences, get_status, upgrade, write_revision
from ricomi_workflow.db.uow import UnitOfWork
from ricomi_workflow.kernel.clock import SystemClock
from ricomi_workflow.resources import root
from tests.cli.conftest import Ricomi, printed, told

SCHEMA = {
    "sqlite": "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'alembic%' "
    "AND name NOT LIKE 'sqlite%'",
    "postgresql": """
SELECT 'function', proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace
UNION ALL SELECT 'trigger', tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT 'index', indexname, indexdef FROM pg_indexes
    WHERE schemaname = 'public' AND tablename <> 'alembic_version'
UNION ALL SELECT 'constraint', conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> 'alembic_version'
UNION ALL SELECT 'column', table_name || '.' || column_name,
    data_type || is_nullable || coalesce(column_default, '')
    || coalesce(character_maximum_length, 0)
    FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name <> 'alembic_version'""",
}


def schema(engine: Engine) -> dict[tuple[str, str], str]:
    """Everything that a database holds beside rows, by kind and name, spaces evened out."""
    with engine.connect() as connection:
        rows = connection.execute(text(SCHEMA[engine.dialect.name].replace(":", r"\:")))
        return {(kind, name): " ".join((sql or "").split()) for kind, name, sql in rows}


@pytest.fixture
def blank(blank_address: str) -> Iterator[UnitOfWork]:
    """A database without any table, of each kind."""
    uow = UnitOfWork(create_engine(blank_address), SystemClock())
    yield uow
    uow.engine.dispose()


def test_the_revisions_lead_to_the_tables_and_triggers_of_this_version(
    blank: UnitOfWork, engine: Engine
) -> None:
    now = upgrade(blank, root("migrations"))
    assert now.is_newest
    upgraded, made = schema(blank.engine), schema(engine)
    assert {key: sql for key, sql in made.items() if upgraded.get(key) != sql} == {}
    assert upgraded.keys() == made.keys()
    assert upgrade(blank, root("migrations")) == now
    with blank.read() as connection:
        assert differences(connection) == []


def test_a_revision_is_written_from_what_differs_and_runs(
    blank: UnitOfWork, tmp_path: Path
) -> None:
    for name in ("env.py", "script.py.mako"):
        (tmp_path / name).write_bytes((root("migrations") / name).read_bytes())
    (tmp_path / "versions").mkdir()
    written = write_revision(blank, tmp_path, "everything")
    assert written.name == "0001_everything.py"
    assert upgrade(blank, tmp_path).current == "0001"
    assert "case" in inspect(blank.engine).get_table_names()
    with blank.read() as connection:
        assert get_status(connection, tmp_path).is_newest


def test_an_upgrade_that_fails_leaves_the_database_as_it_was(
    blank: UnitOfWork, tmp_path: Path
) -> None:
    for name in ("env.py", "script.py.mako"):
        (tmp_path / name).write_bytes((root("migrations") / name).read_bytes())
    (tmp_path / "versions").mkdir()
    written = write_revision(blank, tmp_path, "everything")
    broken = written.read_text().replace(
        "def downgrade", "    op.drop_table('nowhere')\n\n\ndef downgrade"
    )
    written.write_text(broken)
    with pytest.raises(Exception, match="nowhere"):
        upgrade(blank, tmp_path)
    assert inspect(blank.engine).get_table_names() == ["alembic_version"]


def test_upgrade_makes_the_database_in_the_data_folder_and_is_harmless_again(
    bare: Ricomi, tmp_path: Path
) -> None:
    assert "is not prepared" not in told(bare("db", "check"))
    assert "is at revision" in printed(bare("db", "upgrade"))
    assert (tmp_path / "ricomi" / "ricomi.sqlite").is_file()
    printed(bare("db", "upgrade"))
    assert "has the shape of this version" in printed(bare("db", "check"))
    assert "0 trails verified, 0 broken" in printed(bare("audit", "verify"))


def test_check_names_what_differs(bare: Ricomi, tmp_path: Path) -> None:
    printed(bare("db", "upgrade"))
    engine = create_engine(f"sqlite:///{tmp_path / 'ricomi' / 'ricomi.sqlite'}")
    with engine.connect() as connection:
        connection.execute(text("DROP INDEX ix_message_user_id_id"))
        connection.commit()
    engine.dispose()
    assert "ix_message_user_id_id" in told(bare("db", "check"))


@pytest.mark.parametrize("command", [("case", "list"), ("audit", "verify"), ("user", "list")])
def test_a_database_that_is_not_there_is_named_and_not_made(
    bare: Ricomi, tmp_path: Path, command: tuple[str, str]
) -> None:
    assert "run `ricomi db upgrade` first" in told(bare(*command))
    assert not (tmp_path / "ricomi" / "ricomi.sqlite").exists()


def test_an_empty_database_is_told_from_a_prepared_one(bare: Ricomi, tmp_path: Path) -> None:
    (tmp_path / "empty.sqlite").touch()
    url = f"sqlite:///{tmp_path / 'empty.sqlite'}"
    assert "is not prepared" in told(bare("case", "list", RICOMI_DATABASE_URL=url))
    assert "is not prepared" in told(bare("db", "check", RICOMI_DATABASE_URL=url))


def test_a_server_that_does_not_answer_is_a_sentence(bare: Ricomi) -> None:
    url = "postgresql+psycopg://nobody:secret@127.0.0.1:1/none"
    said = told(bare("case", "list", RICOMI_DATABASE_URL=url))
    assert "The database does not answer" in said
    assert "secret" not in said


def test_a_trigger_that_is_missing_is_named(address: str) -> None:
    engine = create_engine(address)
    table = ' ON "case"' if engine.dialect.name == "postgresql" else ""
    with engine.begin() as connection:
        connection.execute(text(f"DROP TRIGGER case_needs_entry{table}"))
        found = differences(connection)
    engine.dispose()

    assert found == ["trigger case_needs_entry is missing or switched off"]
