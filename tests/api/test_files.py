"""Files of a case over the API: added, listed, read, removed."""

import base64
import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from ricomi_workflow.files.folder_store import FolderStore
from ricomi_workflow.kernel.actors import Role
from tests.api.client import Api, answer
from tests.support.noted import PDF, png
from tests.support.product import Stage

SEAL = hashlib.sha256(PDF).hexdigest()


@pytest.fixture(autouse=True)
def _with_store(api: Api, stage: Stage, tmp_path: Path) -> None:
    """A folder for contents."""
    stage.services = replace(stage.services, store=FolderStore(tmp_path))
    api.app.extensions["ricomi"] = stage.services


def sent(name: str = "nota.pdf", data: bytes = PDF, **more: str) -> dict[str, str]:
    """A file as a program sends it."""
    return {"name": name, "content": base64.b64encode(data).decode("ascii"), **more}


def test_a_document_is_added_listed_read_and_removed(api: Api, stage: Stage) -> None:
    ref, applicant = stage.submitted(), stage.the(Role.FOCAL_POINT, "PY")
    added = answer(api.post(f"/cases/{ref}/files", applicant, sent(access="public")), 201)
    assert (added["sha256"], added["status"]) == (SEAL, "offered")
    assert added["ref"] == f"sha256:{SEAL}/nota.pdf"
    [listed] = answer(api.get(f"/cases/{ref}/files", stage.the(Role.SECRETARIAT)))["files"]
    assert listed == added
    content = api.get(f"/cases/{ref}/files/{added['id']}/content", stage.the(Role.SECRETARIAT))
    assert content.data == PDF
    assert content.headers["Content-Type"] == "application/pdf"
    why = {"reason": "Era otra nota."}
    removed = answer(api.post(f"/cases/{ref}/files/{added['id']}/removal", applicant, why))
    assert (removed["status"], removed["reason"]) == ("removed", "Era otra nota.")
    gone = api.get(f"/cases/{ref}/files/{added['id']}/content", applicant)
    assert gone.status_code == 404
    assert [e["act"] for e in answer(api.get(f"/cases/{ref}", applicant))["trail"]][-2:] == [
        "file.added",
        "file.removed",
    ]


def test_the_same_request_sent_again_adds_one_document(api: Api, stage: Stage) -> None:
    ref, applicant = stage.submitted(), stage.the(Role.FOCAL_POINT, "PY")
    first = api.post(f"/cases/{ref}/files", applicant, sent(), Idempotency_Key="once")
    again = api.post(f"/cases/{ref}/files", applicant, sent(), Idempotency_Key="once")
    assert answer(first, 201) == answer(again, 201)
    assert len(answer(api.get(f"/cases/{ref}/files", applicant))["files"]) == 1


@pytest.mark.parametrize(
    ("body", "path", "code"),
    [
        (sent("nota.exe"), "file", "file_type"),
        (sent("nota.pdf", png()), "file", "file_content"),
        ({"name": "nota.pdf", "content": "no es base64"}, "content", "not_base64"),
        (sent(access="secret"), "access", "not_an_option"),
    ],
)
def test_a_file_that_is_not_kept_says_why(
    api: Api, stage: Stage, body: dict[str, str], path: str, code: str
) -> None:
    ref, applicant = stage.submitted(), stage.the(Role.FOCAL_POINT, "PY")
    told = answer(api.post(f"/cases/{ref}/files", applicant, body), 422)
    assert [(f["path"], f["code"]) for f in told["fields"]] == [(path, code)]


def test_files_are_not_for_whom_the_case_is_not(api: Api, stage: Stage) -> None:
    ref, stranger = stage.submitted(), stage.the(Role.FOCAL_POINT, "AR")
    assert api.get(f"/cases/{ref}/files", stranger).status_code == 404
    assert api.post(f"/cases/{ref}/files", stranger, sent()).status_code == 404
    delegate = stage.the(Role.AUDITOR)
    assert api.post(f"/cases/{ref}/files", delegate, sent()).status_code == 403
