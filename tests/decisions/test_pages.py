"""Decisions as everybody reads them: list, act, record, votes of a state; exercises apart."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import jsonschema
import pytest
from pypdf import PdfReader
from sqlalchemy import Engine

from ricomi_workflow.audit.checkpoints import make_checkpoint
from ricomi_workflow.audit.queries import verify_trails
from ricomi_workflow.ballots.commands import cast_vote
from ricomi_workflow.bootstrap import PINS, TRAIL_CHECKS
from ricomi_workflow.cases.commands import lock, open_case
from ricomi_workflow.cli.audit import WHY
from ricomi_workflow.decisions.commands import NewNote, add_note
from ricomi_workflow.decisions.queries import Filters, get_document, list_decisions
from ricomi_workflow.documents.decision_document import decision_pdf
from ricomi_workflow.kernel.actors import SYSTEM, Role
from ricomi_workflow.kernel.errors import Forbidden, Invalid
from tests.support.application import application
from tests.support.databases import Databases, continued
from tests.support.product import Stage, product
from verifier import verify_decision as verifier

FOLDER = Path(verifier.__file__).parent


def decided_upon(engine: Engine) -> Stage:
    """The product with one request that the committee approved."""
    stage = Stage(product(engine))
    stage.approved()
    return stage


@pytest.fixture
def stage(databases: Databases) -> Iterator[Stage]:
    """That product."""
    with continued(databases, decided_upon) as (engine, first):
        yield first.on(engine)


def decided(stage: Stage) -> str:
    """The reference of the one case that was decided."""
    with stage.services.uow.read() as connection:
        return list_decisions(connection, Filters()).lines[0].ref


def test_everybody_reads_the_decision_its_record_and_its_act(stage: Stage) -> None:
    ref, client = decided(stage), application(stage, stage.services).test_client()
    listed = client.get("/es/decisions?year=2026&outcome=carried&body=ceam")
    assert "CAM/DEC.1/26" in listed.text
    page = client.get(f"/fr/decisions/{ref}/1")
    raw = client.get(f"/fr/decisions/{ref}/1/record.json").data
    document = verifier.parse(raw)
    assert verifier.faults_of(document) == []
    assert document["digest"] in page.text
    assert "Antigua-et-Barbuda" in page.text
    act = client.get(f"/pt/decisions/{ref}/1/act.pdf")
    assert (act.status_code, act.data[:5]) == (200, b"%PDF-")
    votes = client.get("/en/states/AR/votes")
    assert "CAM/DEC.1/26" in votes.text
    assert client.get(f"/es/decisions/{ref}/2").status_code == 404
    assert client.get("/es/states/XX/votes").status_code == 404
    program = client.get("/es/verify/verify_decision.py")
    assert program.data == (FOLDER / "verify_decision.py").read_bytes()


def test_programs_read_the_same(stage: Stage) -> None:
    ref, client = decided(stage), application(stage, stage.services).test_client()
    page = client.get("/api/v1/decisions?limit=1").get_json()
    assert (page["total"], page["next"]) == (1, None)
    assert page["decisions"][0]["number"] == "CAM/DEC.1/26"
    document = client.get(f"/api/v1/decisions/{ref}/1").get_json()
    assert verifier.faults_of(document) == []
    held = client.get("/api/v1/states/AR/votes").get_json()["votes"]
    assert [each["position"] for each in held] == ["in_favour"]
    with stage.services.uow.begin(SYSTEM) as tx:
        made = make_checkpoint(tx, PINS)
    listed = verifier.checkpoints_in(client.get("/api/v1/checkpoints").get_json())
    assert [each["digest"] for each in listed] == [made.digest]
    assert made.digest in client.get("/es/verify/checkpoints").text
    document = client.get(f"/api/v1/decisions/{ref}/1").get_json()
    assert document["proof"]["checkpoint"]["digest"] == made.digest
    assert verifier.faults_of(document) == []
    assert list(verifier.faults_of_list(document, listed, made.digest)) == []


def test_the_act_is_a_tagged_document_in_each_language(stage: Stage, tmp_path: Path) -> None:
    ref, names = decided(stage), {"es": "Aprobado", "en": "Approved", "pt": "Aprovado"}
    for lang, result in {**names, "fr": "Adopté"}.items():
        file = tmp_path / f"{lang}.pdf"
        file.write_bytes(decision_pdf(stage.services, ref, None, lang))
        read = PdfReader(file)
        text = "\n".join(page.extract_text() for page in read.pages)
        assert result.upper() in text
        assert "CAM/DEC.1/26" in text
        assert read.root_object["/MarkInfo"]["/Marked"]  # type: ignore[index]  # a dictionary
        assert str(read.root_object["/Lang"]).startswith(lang)
    assert decision_pdf(stage.services, ref, None, "es") == decision_pdf(
        stage.services, ref, None, "es"
    )


def test_the_public_list_goes_on_by_key(stage: Stage) -> None:
    with stage.services.uow.read() as connection:
        whole = list_decisions(connection, Filters())
        assert list_decisions(connection, Filters(), whole.lines[-1].key).lines == ()
    client = application(stage, stage.services).test_client()
    assert "CAM/DEC" not in client.get("/es/decisions?after=RICOMI-2026-0001.1").text


def test_two_decisions_of_a_year_follow_one_another(stage: Stage) -> None:
    stage.services.uow.clock.advance(timedelta(days=1))  # type: ignore[attr-defined]  # frozen
    ref = stage.before_the_committee()
    for country in ("AG", "AR"):
        with stage.services.uow.begin(stage.the(Role.CEAM_DELEGATE, country)) as tx:
            cast_vote(tx, stage.services, lock(tx, stage.services, ref), country, "in_favour")
    stage.fire(ref, Role.CHAIR, "defer", reason="Falta la nota verbal.")
    client = application(stage, stage.services).test_client()
    record = client.get(f"/es/decisions/{ref}/1/record.json").get_json()
    assert verifier.faults_of(record) == []
    assert (record["decision"]["number"], record["decision"]["outcome"]) in {
        (None, "withdrawn"),
        (None, "deferred"),
    }
    page = client.get(f"/es/decisions/{ref}/1").text
    assert "Falta la nota verbal." in page


def test_the_documented_form_is_that_of_records(stage: Stage) -> None:
    schema = json.loads((FOLDER / "decision_record.schema.json").read_text())
    example = verifier.parse((FOLDER / "example.json").read_bytes())
    client = application(stage, stage.services).test_client()
    made = client.get(f"/es/decisions/{decided(stage)}/1/record.json").get_json()
    for document in (example, made):
        jsonschema.validate(document, schema)
        assert verifier.faults_of(document) == []


class Practice(Stage):
    """The same product, in which every case is an exercise."""

    def open(self) -> str:
        """Open an exercise of Paraguay."""
        with self.services.uow.begin(self.the(Role.FOCAL_POINT, "PY")) as tx:
            return open_case(tx, self.services, "cooperation_request", "PY", exercise=True).ref


def test_an_exercise_is_marked_and_stays_out_of_what_is_public(engine: Engine) -> None:
    stage = Practice(product(engine))
    ref = stage.approved()
    client = application(stage, stage.services).test_client()
    assert client.get(f"/es/decisions/{ref}/1").status_code == 404
    assert client.get(f"/es/decisions/{ref}/1/record.json").status_code == 404
    assert client.get(f"/es/decisions/{ref}/1/act.pdf").status_code == 404
    assert client.get(f"/api/v1/decisions/{ref}/1").status_code == 404
    assert client.get("/api/v1/decisions").get_json()["total"] == 0
    assert client.get("/api/v1/states/AR/votes").get_json()["votes"] == []
    with stage.services.uow.read() as connection:
        document = get_document(connection, ref, practice=True)
    assert verifier.faults_of(document) == []
    record = document["decision"]
    assert isinstance(record, dict)
    assert (record["exercise"], record["number"]) == (True, "CAM/DEC-EX.1/26")


TAMPERED = {
    "UPDATE decision SET record = replace(record, 'in_favour', 'abstain')": "decision",
    "UPDATE decision SET digest = 'x'": "decision",
    "UPDATE decision SET number = 'CAM/DEC.7/26'": "decision",
    "UPDATE decision_note SET text = 'Otra cosa.'": "decision note",
    "DELETE FROM decision_note": "decision note",
}


@pytest.mark.parametrize("statement", TAMPERED)
def test_whoever_changes_a_row_is_found_out(sqlite_engine: Engine, statement: str) -> None:
    stage = Stage(product(sqlite_engine))
    ref = stage.approved()
    with stage.services.uow.begin(stage.the(Role.SECRETARIAT)) as tx:
        noted = NewNote("document", "CAM/doc.4/26")
        add_note(tx, lock(tx, stage.services, ref), 1, noted, stage.services.reference.states)
    assert (
        "CAM/doc.4/26"
        in application(stage, stage.services).test_client().get(f"/es/decisions/{ref}/1").text
    )
    with sqlite_engine.begin() as connection:
        assert [each for each in verify_trails(connection, TRAIL_CHECKS) if each] == []
        for table in ("decision", "decision_note"):
            for act in ("update", "delete"):
                connection.exec_driver_sql(f"DROP TRIGGER {table}_no_{act}")
        connection.exec_driver_sql(statement)
        faults = [each.why for each in verify_trails(connection, TRAIL_CHECKS) if each]
    assert faults == [TAMPERED[statement]]
    assert TAMPERED[statement] in WHY


def test_only_the_secretariat_notes_and_only_what_is_whole(stage: Stage) -> None:
    ref, states = decided(stage), stage.services.reference.states
    with (
        pytest.raises(Forbidden),
        stage.services.uow.begin(stage.the(Role.CEAM_DELEGATE, "AR")) as tx,
    ):
        add_note(tx, lock(tx, stage.services, ref), 1, NewNote("document", "x"), states)
    with (
        pytest.raises(Invalid) as caught,
        stage.services.uow.begin(stage.the(Role.SECRETARIAT)) as tx,
    ):
        add_note(tx, lock(tx, stage.services, ref), 1, NewNote("footnote", " "), states)
    assert [(e.path, e.code) for e in caught.value.fields] == [
        ("country", "required"),
        ("text", "required"),
    ]
