"""What files of a case need in tests: a case, a document, a form that was handed in with a file."""

from __future__ import annotations

import hashlib
import io

from ricomi_workflow.audit.queries import verify_trails
from ricomi_workflow.bootstrap import TRAIL_CHECKS
from ricomi_workflow.cases.commands import lock, open_case
from ricomi_workflow.files.commands import (
    Upload,
    add_document,
)
from ricomi_workflow.files.queries import Attachment, list_attachments
from ricomi_workflow.files.rules import Access
from ricomi_workflow.kernel.actors import Role
from tests.support.noted import PDF, NotedHouse
from tests.support.visitor import Visitor

SEAL = hashlib.sha256(PDF).hexdigest()
FORM = "/es/cases/{}/forms/note"
DOCUMENTS = "/es/cases/{}/documents"


def opened(house: NotedHouse) -> str:
    """A new case of Paraguay."""
    with house.services.uow.begin(house.actor(Role.FOCAL_POINT, "PY")) as tx:
        return open_case(tx, house.services, "note", "PY").ref


def applicant(house: NotedHouse) -> Visitor:
    """The browser of the focal point."""
    return house.the(Role.FOCAL_POINT, "PY")


def files_of(house: NotedHouse, ref: str) -> list[Attachment]:
    """Every file of a case."""
    with house.services.uow.read() as connection:
        return list_attachments(connection, house.case(ref).id)


def faults(house: NotedHouse) -> list[object]:
    """What the audit finds."""
    with house.services.uow.read() as connection:
        return [found for found in verify_trails(connection, TRAIL_CHECKS) if found]


def add(house: NotedHouse, ref: str, data: bytes = PDF, access: Access = Access.LIMITED) -> int:
    """Let the focal point add a document; answer its key."""
    upload = Upload("nota.pdf", "application/pdf", io.BytesIO(data), len(data))
    with house.services.uow.begin(house.actor(Role.FOCAL_POINT, "PY")) as tx:
        return add_document(tx, house.services, lock(tx, house.services, ref), upload, access).id


def handed_in(house: NotedHouse) -> str:
    """A case whose form was handed in with one file."""
    ref = opened(house)
    visitor = applicant(house).open(FORM.format(ref))
    texts = {"title.es": "Nota"}
    visitor.press("Guardar borrador", texts, files={"_file.evidence": [("nota.pdf", PDF)]})
    house.act(ref, Role.FOCAL_POINT, "hand_in", "PY")
    return ref
