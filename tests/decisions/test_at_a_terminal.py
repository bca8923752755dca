"""The record and the act of a decision as a terminal writes them."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine

from ricomi_workflow.cli import main
from ricomi_workflow.kernel.actors import Role
from tests.support.product import SECRET, Stage, product
from verifier import verify_decision as verifier


def test_record_act_note_and_checkpoint(
    sqlite_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = Stage(product(sqlite_engine))
    ref = stage.approved()
    office = stage.the(Role.SECRETARIAT)
    monkeypatch.setenv("RICOMI_DATABASE_URL", str(sqlite_engine.url))
    monkeypatch.setenv("RICOMI_SECRET_KEY", SECRET)
    terminal = CliRunner()

    written = terminal.invoke(main, ["ballot", "record", ref.lower()])
    assert written.exit_code == 0, written.output
    assert verifier.faults_of(verifier.parse(written.stdout_bytes)) == []
    act = tmp_path / "act.pdf"
    asked = ["ballot", "record", ref, "--round", "1", "--pdf", "--lang", "fr", "-o", str(act)]
    assert terminal.invoke(main, asked).exit_code == 0
    assert act.read_bytes()[:5] == b"%PDF-"
    assert terminal.invoke(main, ["ballot", "record", ref, "--round", "2"]).exit_code == 1
    with stage.services.uow.read() as connection:
        email = connection.exec_driver_sql(
            f'SELECT email FROM "user" WHERE id = {office.user_id}'
        ).scalar_one()
    noted = ["ballot", "note", ref, "sponsor", "Copatrocina.", "--country", "cl", "--as", email]
    assert terminal.invoke(main, noted).exit_code == 0
    made = terminal.invoke(main, ["audit", "checkpoint"])
    listed = terminal.invoke(main, ["audit", "checkpoint", "--list"])
    assert made.output == listed.output
    whole = verifier.parse(terminal.invoke(main, ["ballot", "record", ref]).stdout_bytes)
    assert len(whole["annotations"]) == 1
    assert whole["proof"]["checkpoint"]["digest"] in made.output
    assert verifier.faults_of(whole) == []
    assert terminal.invoke(main, ["audit", "verify"]).exit_code == 0
