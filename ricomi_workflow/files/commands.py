"""Write verbs of files: receive, add a document, remove; scan and sweep for the worker."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, BinaryIO

import structlog

from ricomi_workflow.audit.commands import record
from ricomi_workflow.cases.locked_case import (
    Case,
    capacity_on,
    delegation_facts,
    office_of,
    roles_on,
)
from ricomi_workflow.files.models import attachment, attachment_removed, attachment_scan
from ricomi_workflow.files.queries import (
    Attachment,
    get_attachment,
    is_live,
    list_live_digests,
    list_unscanned,
    may_remove_file,
)
from ricomi_workflow.files.rules import ALLOWED, Access, RejectedFile, clean_name, kind_of, may_add
from ricomi_workflow.kernel.actors import SYSTEM
from ricomi_workflow.kernel.errors import FieldError, Forbidden, Invalid, NotFound
from ricomi_workflow.kernel.files import NoVerdict
from ricomi_workflow.kernel.refs import new_id

if TYPE_CHECKING:
    from ricomi_workflow.cases.act import Services
    from ricomi_workflow.db.uow import Tx
    from ricomi_workflow.kernel.canonical import Json
    from ricomi_workflow.kernel.files import Scanner, Verdict

GRACE = timedelta(hours=24)  # younger contents may belong to an act that has not ended yet
MEGABYTE = 1024 * 1024
_DECLARED_LENGTH = 100
_WITHDRAWN = "withdrawn from the draft"
_SILENCES = 2  # of a scanner in one beat: once it may be the file
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it is sent: its name, the media type its sender declares, its content.

    `content` can be read from its beginning again. `size` may be more than was kept of it.
    """

    name: str
    declared: str
    content: BinaryIO
    size: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file belongs: the answer of a form, or (without form) the documents of the case."""

    form: str | None = None
    field: str | None = None
    access: Access = Access.LIMITED

    @property
    def path(self) -> str:
        """Where a mistake stands."""
        return self.field or "file"


def add_form_file(
    tx: Tx, services: Services, case: Case, upload: Upload, place: Place
) -> Attachment:
    """Keep a file that belongs to a form's answer; the act that hands the form in names it.

    Raises `Invalid` with the reason when it is not kept. Transaction: the case is locked by the
    caller, who has made sure that the actor may answer the field. The content is in the store
    before the row is written; what an act that fails leaves there, the sweep takes away.
    """
    return _keep(tx, services, case, upload, place)


def add_document(
    tx: Tx, services: Services, case: Case, upload: Upload, access: Access
) -> Attachment:
    """Add a document to a case, as an act of its trail. Raises `Forbidden`, `Invalid`.

    Transaction: the case is locked by the caller.
    """
    roles = roles_on(tx.actor, case)
    if not may_add(roles, final=services.state(case).final):
        raise Forbidden("documents")
    seq = case.version + 1
    kept = _keep(tx, services, case, upload, Place(access=access), seq=seq)
    _record(tx, case, "file.added", {"file": file_facts(kept)})
    return kept


def remove_file(tx: Tx, case: Case, key: int, reason: str) -> Attachment:
    """Remove a file: its name, digest and the reason stay. Raises `NotFound`, `Forbidden`.

    Transaction: the case is locked by the caller. The worker takes the content away when no other
    file has it.
    """
    found = get_attachment(tx.connection, case.id, key)
    if found is None or found.removal:
        raise NotFound("file", str(key))
    if not may_remove_file(tx.actor, case, found):
        raise Forbidden("file")
    words = reason.strip()
    if not words:
        raise Invalid([FieldError("reason", "required")])
    tx.insert(
        attachment_removed,
        {
            "attachment_id": key,
            "by": tx.actor.user_id,
            "at": tx.now,
            "reason": words,
            "seq": case.version + 1,
        },
    )
    removed: dict[str, Json] = {
        "removed": {"id": found.id, "name": found.name, "access": str(found.access)}
    }
    _record(tx, case, "file.removed", removed, reason=words)
    return found


def remove_draft_file(tx: Tx, file: Attachment) -> None:
    """Remove a file that a draft named and no paper ever did; drafts stand outside the trail."""
    tx.insert(
        attachment_removed,
        {"attachment_id": file.id, "by": tx.actor.user_id, "at": tx.now, "reason": _WITHDRAWN},
    )


def file_facts(file: Attachment) -> dict[str, Json]:
    """What an entry of the trail says of a file."""
    return {
        "id": file.id,
        "name": file.name,
        "sha256": file.sha256,
        "size": file.size,
        "media_type": file.media_type,
        "access": str(file.access),
    }


def scan_waiting(services: Services) -> int:
    """Let the scanner look at every file that waits for it; answer how many it judged.

    A file without a verdict is looked at again at the next beat and offered to nobody meanwhile;
    it holds no other up. A scanner that is not there, or silent twice, is left until then.
    """
    if services.scanner is None:
        return 0
    with services.uow.read() as connection:
        waiting = list_unscanned(connection)
    judged = silent = 0
    for file in waiting:
        try:
            verdict = _look(services, services.scanner, file)
        except NoVerdict as error:
            _log.warning("files.not_scanned", file=file.id, why=str(error))
            silent += error.silent
            if silent == _SILENCES:
                break
            continue
        except OSError as error:
            _log.warning("files.scanner_away", why=str(error))
            break
        with services.uow.begin(SYSTEM) as tx:
            word = "clean" if verdict.clean else "harmful"
            row = {"attachment_id": file.id, "verdict": word, "found": verdict.found, "at": tx.now}
            tx.insert(attachment_scan, row)
        judged += 1
    return judged


def _look(services: Services, scanner: Scanner, file: Attachment) -> Verdict:
    with ExitStack() as held:
        try:
            content = held.enter_context(services.store.open(file.sha256))
        except OSError as error:
            raise NoVerdict(f"the content cannot be read: {error}") from error
        return scanner.scan(content)


def sweep_orphans(services: Services) -> int:
    """Take away contents that no living file has and that have rested for a day."""
    with services.uow.read() as connection:
        living = list_live_digests(connection)
    now = services.uow.clock.now()
    gone = 0
    for sha256, put_at in services.store.kept():
        if sha256 in living or now - put_at < GRACE:
            continue
        with services.uow.read() as connection:
            if is_live(connection, sha256):
                continue
        services.store.remove(sha256)
        gone += 1
    return gone


def _keep(
    tx: Tx, services: Services, case: Case, upload: Upload, place: Place, *, seq: int | None = None
) -> Attachment:
    name = clean_name(upload.name)
    limit = services.max_upload
    if upload.size > limit * MEGABYTE:
        raise _unfit("file_too_large", place, name, limit)
    try:
        kind = kind_of(name, upload.content)
    except RejectedFile as error:
        raise _unfit(error.code, place, name, limit) from None
    content = services.store.put(upload.content)
    row: dict[str, object] = {
        "id": new_id(),
        "case_id": case.id,
        "form": place.form,
        "field": place.field,
        "name": name,
        "kind": kind.name,
        "media_type": kind.media_type,
        "size": content.size,
        "sha256": content.sha256,
        "access": str(place.access),
        "by": tx.actor.user_id,
        "at": tx.now,
        "seq": seq,
    }
    declared = upload.declared.partition(";")[0].strip()[:_DECLARED_LENGTH]
    tx.insert(attachment, {**row, "declared": declared})
    return Attachment(**{**row, "access": place.access})  # type: ignore[arg-type]  # its columns


def _unfit(code: str, place: Place, name: str, limit: int) -> Invalid:
    return Invalid(
        [FieldError(place.path, code, {"name": name, "allowed": ALLOWED, "limit": limit})]
    )


def _record(
    tx: Tx, case: Case, act: str, detail: dict[str, Json], reason: str | None = None
) -> None:
    record(
        tx,
        case,
        act,
        office=office_of(tx.actor, case, roles_on(tx.actor, case)),
        actor_id=tx.actor.user_id,
        reason=reason,
        detail={
            **detail,
            **delegation_facts(capacity_on(tx.actor, case, roles_on(tx.actor, case))),
        },
    )
