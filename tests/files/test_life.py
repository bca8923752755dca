"""Files of cases: sent, handed in, opened by some, removed; and held against the trail."""

from __future__ import annotations

import hashlib
import io
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from pypdf import PdfReader
from sqlalchemy import text

from ricomi_workflow.audit.queries import list_entries
from ricomi_workflow.cases.commands import lock
from ricomi_workflow.cases.drafts import get_draft
from ricomi_workflow.cli import main
from ricomi_workflow.cli.files import fault_of
from ricomi_workflow.documents.dossier import dossier_pdf
from ricomi_workflow.files.clamd import Clamd
from ricomi_workflow.files.commands import (
    Upload,
    add_document,
    remove_file,
    scan_waiting,
    sweep_orphans,
)
from ricomi_workflow.files.queries import FileStatus
from ricomi_workflow.files.rules import Access
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.canonical import Json
from tests.files.conftest import Housing
from tests.files.scanner import daemon
from tests.files.sending import (
    DOCUMENTS,
    FORM,
    SEAL,
    add,
    applicant,
    faults,
    files_of,
    handed_in,
    opened,
)
from tests.support.noted import EICAR, PDF, NotedHouse, png


def test_files_are_sent_with_the_form_and_named_in_the_answer(house: NotedHouse) -> None:
    ref = opened(house)
    visitor = applicant(house).open(FORM.format(ref))
    sent = {"_file.evidence": [("nota.pdf", PDF), ("foto.png", png())]}
    visitor.press("Guardar borrador", {"words": "Escrito."}, files=sent)
    assert visitor.status == 200, visitor.text
    assert "nota.pdf" in visitor.text
    assert "foto.png" in visitor.text
    with house.services.uow.read() as connection:
        kept = get_draft(connection, house.case(ref).id, "note").values
    assert kept["evidence"] == [
        f"sha256:{SEAL}/nota.pdf",
        f"sha256:{hashlib.sha256(png()).hexdigest()}/foto.png",
    ]
    assert not visitor.page.faults()
    link = visitor.links()["nota.pdf"]
    answer = visitor.client.get(link)
    assert answer.data == PDF
    assert answer.headers["Content-Disposition"] == "attachment; filename=nota.pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Repr-Digest"].startswith("sha-256=:")


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("programa.exe", b"MZ", "se admiten PDF"),
        ("nota.pdf", png(), "su contenido no es el que anuncia su nombre"),
        ("nota.pdf", b"", "está vacío"),
        ("nota.pdf", PDF + b" " * 1_100_000, "pesa más de 1 MB"),
    ],
)
def test_a_refused_file_is_told_at_its_field_and_nothing_typed_is_lost(
    house: NotedHouse, name: str, data: bytes, words: str
) -> None:
    ref = opened(house)
    visitor = applicant(house).open(FORM.format(ref))
    texts = {"title.es": "Nota", "words": "Un texto largo que costó escribir."}
    sent = {"_file.evidence": [(name, data), ("buena.pdf", PDF)]}
    visitor.press("Guardar y revisar", texts, files=sent)
    assert visitor.status == 422
    assert any(words in error for error in visitor.errors())
    assert "Un texto largo que costó escribir." in visitor.text
    assert "buena.pdf" in visitor.text
    assert not visitor.page.faults()
    with house.services.uow.read() as connection:
        kept = get_draft(connection, house.case(ref).id, "note").values
    assert kept["words"] == "Un texto largo que costó escribir."
    assert [file.name for file in files_of(house, ref)] == ["buena.pdf"]


def test_a_fourth_file_is_one_too_many(house: NotedHouse) -> None:
    ref = opened(house)
    visitor = applicant(house).open(FORM.format(ref))
    four = [(f"n{n}.pdf", PDF + b"%" * n) for n in range(4)]
    visitor.press("Guardar borrador", files={"_file.evidence": four})
    assert any("Se admiten 3 archivos" in error for error in visitor.errors())


def test_a_file_taken_out_of_a_draft_is_withdrawn_and_can_no_longer_be_opened(
    house: NotedHouse,
) -> None:
    ref = opened(house)
    visitor = applicant(house).open(FORM.format(ref))
    visitor.press("Guardar borrador", files={"_file.evidence": [("nota.pdf", PDF)]})
    link = visitor.links()["nota.pdf"]
    visitor.press("Quitar : nota.pdf")
    assert "nota.pdf" not in visitor.text
    assert visitor.client.get(link).status_code == 404
    [file] = files_of(house, ref)
    assert file.removal
    assert not faults(house)


def test_files_of_a_form_are_handed_in_with_it_and_stay_named(house: NotedHouse) -> None:
    ref = handed_in(house)
    [file] = files_of(house, ref)
    with house.services.uow.read() as connection:
        last = list_entries(connection, house.case(ref).id)[-1]
    assert last.detail["files"] == [
        {
            "field": "evidence",
            "id": file.id,
            "name": "nota.pdf",
            "sha256": SEAL,
            "size": len(PDF),
            "media_type": "application/pdf",
            "access": "limited",
        }
    ]
    assert not faults(house)
    secretariat = house.the(Role.SECRETARIAT).open(DOCUMENTS.format(ref))
    assert secretariat.client.get(secretariat.links()["nota.pdf"]).data == PDF
    assert "Del formulario: note es" in secretariat.text
    paper = secretariat.open(f"/es/cases/{ref}/dossier/note/1")
    assert "nota.pdf" in paper.text


def test_a_draft_file_is_no_business_of_other_offices(house: NotedHouse) -> None:
    ref = opened(house)
    visitor = applicant(house).open(FORM.format(ref))
    visitor.press("Guardar borrador", files={"_file.evidence": [("nota.pdf", PDF)]})
    link = visitor.links()["nota.pdf"]
    secretariat = house.the(Role.SECRETARIAT)
    assert secretariat.client.get(link).status_code == 404
    assert "nota.pdf" not in secretariat.open(DOCUMENTS.format(ref)).text
    colleague = house.the(Role.INSTITUTION_USER, "PY")
    assert colleague.client.get(link).data == PDF


def test_an_answer_that_names_a_file_of_nobody_is_refused(house: NotedHouse) -> None:
    ref = opened(house)
    given: dict[str, Json] = {"title": {"es": "x"}, "evidence": [f"sha256:{'0' * 64}/otro.pdf"]}
    visitor = applicant(house)
    with pytest.raises(Exception, match="evidence: file_missing"):
        house.act(ref, Role.FOCAL_POINT, "hand_in", "PY", inputs=given)
    assert house.case(ref).state == "draft"
    del visitor


def test_documents_are_added_through_the_page_and_stand_in_the_trail(house: NotedHouse) -> None:
    ref = opened(house)
    visitor = applicant(house).open(DOCUMENTS.format(ref))
    visitor.press("Añadir el documento", {"access": "restricted"}, files={"file": [("n.pdf", PDF)]})
    assert visitor.status == 200
    assert SEAL in visitor.text
    assert not visitor.page.faults()
    assert "Documento añadido: restringido" in visitor.open(f"/es/cases/{ref}").text
    assert house.case(ref).version == 2
    assert not faults(house)


def test_a_document_that_is_no_document_is_told_at_its_control(house: NotedHouse) -> None:
    ref = opened(house)
    visitor = applicant(house).open(DOCUMENTS.format(ref))
    visitor.press("Añadir el documento", files={"file": [("n.exe", b"MZ")]})
    assert visitor.status == 422
    assert any("se admiten" in error for error in visitor.errors())
    visitor.press("Añadir el documento")
    assert visitor.status == 422
    assert files_of(house, ref) == []
    assert not visitor.page.faults()


def test_a_restricted_document_is_for_its_sender_and_the_network(house: NotedHouse) -> None:
    ref = handed_in(house)
    key = add(house, ref, access=Access.RESTRICTED)
    address = f"{DOCUMENTS.format(ref)}/{key}"
    assert applicant(house).client.get(address).status_code == 200
    assert house.the(Role.SECRETARIAT).client.get(address).status_code == 200
    delegate = house.the(Role.CEAM_DELEGATE, "AR")
    assert delegate.client.get(address).status_code == 404
    assert delegate.open(DOCUMENTS.format(ref)).status == 200
    assert address not in delegate.links().values()
    colleague = house.the(Role.INSTITUTION_USER, "PY")
    assert colleague.client.get(address).status_code == 404


def test_a_removed_document_leaves_its_name_digest_and_reason(house: NotedHouse) -> None:
    ref = opened(house)
    key = add(house, ref)
    visitor = applicant(house).open(DOCUMENTS.format(ref))
    visitor.follow("Retirar : nota.pdf")
    visitor.press("Retirar")
    assert visitor.status == 422
    visitor.press("Retirar", {"reason": "Era otra nota."})
    assert "Era otra nota." in visitor.text
    assert SEAL in visitor.text
    assert visitor.client.get(f"{DOCUMENTS.format(ref)}/{key}").status_code == 404
    assert not faults(house)
    house.later(days=2)
    assert sweep_orphans(house.services) == 0  # the disk's clock: it was put a moment ago


def test_the_sweep_takes_what_no_living_file_has_and_leaves_the_rest(house: NotedHouse) -> None:
    ref = opened(house)
    kept, gone = add(house, ref), add(house, ref, PDF + b"%")
    orphan = house.services.store.put(io.BytesIO(b"an act that failed"))
    with house.services.uow.begin(house.actor(Role.FOCAL_POINT, "PY")) as tx:
        remove_file(tx, lock(tx, house.services, ref), gone, "Repetido.")
    last = max(at for _, at in house.services.store.kept())
    house.clock.advance(last - house.clock.now() + timedelta(hours=25))
    assert sweep_orphans(house.services) == 2
    by_key = {file.id: file.sha256 for file in files_of(house, ref)}
    assert [sha256 for sha256, _ in house.services.store.kept()] == [by_key[kept]]
    assert fault_of(house.services.store, orphan.sha256) == "it is not in the store"


def test_what_an_act_that_failed_left_is_no_file(house: NotedHouse) -> None:
    ref = opened(house)
    upload = Upload("nota.pdf", "application/pdf", io.BytesIO(PDF), len(PDF))

    def fails() -> None:
        with house.services.uow.begin(house.actor(Role.FOCAL_POINT, "PY")) as tx:
            case = lock(tx, house.services, ref)
            add_document(tx, house.services, case, upload, Access.LIMITED)
            raise RuntimeError("the machine went")

    with pytest.raises(RuntimeError, match="the machine went"):
        fails()
    assert files_of(house, ref) == []
    assert [sha256 for sha256, _ in house.services.store.kept()] == [SEAL]


def test_while_unscanned_a_file_is_for_its_sender_only(housing: Housing) -> None:
    with daemon() as running:
        house = housing(1, scanner=Clamd("127.0.0.1", running.port))
        ref = handed_in(house)
        [file] = files_of(house, ref)
        address = f"{DOCUMENTS.format(ref)}/{file.id}"
        secretariat = house.the(Role.SECRETARIAT)
        assert secretariat.client.get(address).status_code == 404
        assert "En revisión" in secretariat.open(DOCUMENTS.format(ref)).text
        assert applicant(house).client.get(address).status_code == 200
        assert scan_waiting(house.services) == 1
        assert secretariat.client.get(address).status_code == 200
        assert scan_waiting(house.services) == 0


def test_a_harmful_file_is_offered_to_nobody_and_cannot_be_handed_in(housing: Housing) -> None:
    with daemon() as running:
        house = housing(1, scanner=Clamd("127.0.0.1", running.port))
        ref = opened(house)
        visitor = applicant(house).open(FORM.format(ref))
        sent = {"_file.evidence": [("nota.txt", EICAR)]}
        visitor.press("Guardar borrador", {"title.es": "Nota"}, files=sent)
        scan_waiting(house.services)
    [file] = files_of(house, ref)
    assert file.status(scanned=True) is FileStatus.HARMFUL
    assert visitor.client.get(f"{DOCUMENTS.format(ref)}/{file.id}").status_code == 404
    visitor.open(FORM.format(ref))
    assert any("Eicar-Signature" in error for error in visitor.errors())
    with pytest.raises(Exception, match="evidence: file_infected"):
        house.act(ref, Role.FOCAL_POINT, "hand_in", "PY")


def test_a_scanner_that_does_not_answer_is_asked_again(housing: Housing) -> None:
    house = housing(1, scanner=Clamd("127.0.0.1", 1))
    ref = handed_in(house)
    assert scan_waiting(house.services) == 0
    with daemon() as running:
        again = housing(1, scanner=Clamd("127.0.0.1", running.port))
        assert scan_waiting(again.services) == 1
    assert files_of(house, ref)[0].verdict == "clean"


def test_a_file_without_a_verdict_holds_no_other_up(housing: Housing) -> None:
    """Neither one on which the daemon hangs up nor one over which it falls silent."""
    with daemon() as running:
        house = housing(1, scanner=Clamd("127.0.0.1", running.port, patience=0.5))
        ref = opened(house)
        add(house, ref, PDF + b"large")
        add(house, ref, PDF)
        running.most = len(PDF)
        assert scan_waiting(house.services) == 1
        add(house, ref, PDF + b"!")
        running.most, running.hangs_on = len(PDF) + 5, b"large"
        assert scan_waiting(house.services) == 1
    assert [file.verdict for file in files_of(house, ref)] == [None, "clean", "clean"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE attachment SET name = 'x'",
        "DELETE FROM attachment",
        "DELETE FROM attachment_removed",
        "UPDATE attachment_scan SET verdict = 'clean'",
    ],
)
def test_rows_of_files_are_never_changed(house: NotedHouse, statement: str) -> None:
    ref = opened(house)
    key = add(house, ref)
    with house.services.uow.begin(house.actor(Role.FOCAL_POINT, "PY")) as tx:
        remove_file(tx, lock(tx, house.services, ref), key, "Prueba.")
        tx.flush()
        now = tx.now.isoformat()
        tx.execute(text(f"INSERT INTO attachment_scan VALUES ({key}, 'harmful', 'x', '{now}')"))

    def break_it() -> None:
        with house.services.uow.begin(house.actor(Role.FOCAL_POINT, "PY")) as tx:
            tx.execute(text(statement))

    with pytest.raises(Exception, match="append_only"):
        break_it()


def test_the_audit_notices_a_file_that_was_put_in_its_place(house: NotedHouse) -> None:
    ref = handed_in(house)
    sqlite = house.services.uow.engine.dialect.name == "sqlite"
    off = (
        "DROP TRIGGER attachment_no_update"
        if sqlite
        else "ALTER TABLE attachment DISABLE TRIGGER attachment_append_only"
    )
    with house.services.uow.engine.begin() as connection:
        connection.execute(text(off))
        connection.execute(text(f"UPDATE attachment SET sha256 = '{'0' * 64}'"))
    [fault] = faults(house)
    assert (fault.ref, fault.why) == (ref, "file")  # type: ignore[attr-defined]


def test_verify_names_the_content_that_is_missing_or_altered(
    house: NotedHouse, tmp_path: Path
) -> None:
    ref = opened(house)
    add(house, ref)
    add(house, ref, PDF + b"%")
    env = {
        "RICOMI_DATABASE_URL": house.services.uow.engine.url.render_as_string(hide_password=False),
        "RICOMI_FILES": str(tmp_path / "files"),
    }
    whole = CliRunner().invoke(main, ["files", "verify"], env=env)
    assert (whole.exit_code, whole.stdout) == (0, "2 contents verified, 0 broken\n")
    other = next(file.sha256 for file in files_of(house, ref) if file.sha256 != SEAL)
    (tmp_path / "files" / "contents" / SEAL[:2] / SEAL).write_bytes(b"another note")
    (tmp_path / "files" / "contents" / other[:2] / other).unlink()
    broken = CliRunner().invoke(main, ["files", "verify"], env=env)
    assert broken.exit_code == 1
    assert f"{SEAL}: its bytes were altered" in broken.stdout
    assert f"{other}: it is not in the store" in broken.stdout
    assert "2 contents verified, 2 broken" in broken.stdout


@pytest.mark.parametrize("lang", ["es", "en", "pt", "fr"])
def test_the_dossier_lists_each_file_its_reader_may_know_of(house: NotedHouse, lang: str) -> None:
    ref, inside = opened(house), PDF + b"\n% more\n"
    add(house, ref)
    add(house, ref, inside, Access.RESTRICTED)

    def told(role: Role) -> str:
        made = dossier_pdf(house.services, house.actor(role, "PY"), ref, lang)
        pages = PdfReader(io.BytesIO(made)).pages
        return "".join("".join(page.extract_text() for page in pages).split())

    sender, colleague = told(Role.FOCAL_POINT), told(Role.INSTITUTION_USER)
    assert "nota.pdf" in sender
    assert SEAL in sender
    assert hashlib.sha256(inside).hexdigest() in sender
    assert SEAL in colleague
    assert hashlib.sha256(inside).hexdigest() not in colleague
