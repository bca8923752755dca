"""The page on which the Secretariat records what a state answered on paper or in the room."""

from __future__ import annotations

from dataclasses import dataclass, field

from ricomi_workflow.ballots.rules import Position
from ricomi_workflow.ballots.votes import Evidence
from ricomi_workflow.cases.commands import lock
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.files.commands import add_document
from ricomi_workflow.files.queries import list_readable
from ricomi_workflow.files.rules import Access
from ricomi_workflow.kernel.errors import FieldError, Invalid, NotFound
from ricomi_workflow.kernel.text import Shown
from ricomi_workflow.localization import formats
from ricomi_workflow.reference_data.country_names import sort_key
from ricomi_workflow.web.ballots.ballot_page import may_record, the_ballot
from ricomi_workflow.web.case_labels import case_title
from ricomi_workflow.web.cases.ballot_text import position_choices
from ricomi_workflow.web.cases.case_file import CaseFile, read_case_file
from ricomi_workflow.web.components import BallotChoice, Mistake, Reason
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.plain_forms import PlainForm
from ricomi_workflow.web.uploads import lost_files, sent_files

FIELDS = (
    "country",
    "vote",
    "reservation",
    "explanation",
    "signatory",
    "reference",
    "document",
)


@dataclass(frozen=True, slots=True)
class RecordPage:
    """Everything that the template draws."""

    ref: str
    title: Shown
    illustrative: bool
    states: tuple[tuple[str, str], ...]
    choices: tuple[BallotChoice, ...]
    documents: tuple[tuple[str, str], ...]
    form: PlainForm
    refusals: tuple[Reason, ...] = ()
    mistakes: tuple[Mistake, ...] = field(default=())


def record_page(
    tx: Tx, file: CaseFile, form: PlainForm, refusals: tuple[Reason, ...] = ()
) -> RecordPage:
    """The page for the Secretariat; raises `NotFound` where nothing can be recorded."""
    if not (may_record(file) or refusals):
        raise NotFound("ballot", file.case.ref)
    view = the_ballot(file)
    answered = {seat.country for seat in view.counted} - set(view.silent)
    named = sorted((seat.country for seat in view.counted), key=_name_key)
    return RecordPage(
        ref=file.case.ref,
        title=case_title(file.title),
        illustrative=file.case.illustrative,
        states=tuple((code, _state(code, answered=code in answered)) for code in named),
        choices=(*position_choices(view.ballot), BallotChoice("absent", t("case.choice_absent"))),
        documents=(("", t("ballot.record_no_document")), *_documents(tx, file)),
        form=form,
        refusals=refusals,
        mistakes=tuple(_mistake(name, text) for name, text in form.errors.items()),
    )


def evidence_sent(tx: Tx, file: CaseFile, form: PlainForm) -> Evidence:
    """On what an answer is recorded: a document of the case, or a reference."""
    chosen, reference = form.value("document"), form.value("reference").strip()
    name = dict(_documents(tx, file)).get(chosen, "")
    return Evidence(
        signatory=form.value("signatory").strip(),
        digest=chosen or None,
        name=name or reference,
        note=reference if name else "",
    )


def with_file(ref: str, form: PlainForm) -> PlainForm:
    """The form with the note that came along: kept as a document of the case, and chosen.

    It is kept before anything else is judged, so that nobody has to send it twice. Raises `Invalid`
    for a file that is not taken, `NotFound` where nothing can be recorded.
    """
    lost = lost_files().get("file", [])
    if lost:
        raise Invalid([FieldError("file", "file_again", {"name": lost[0]})])
    upload = next(sent_files("file"), None)
    if upload is None:
        return form
    with services().uow.begin(actor()) as tx:
        case = lock(tx, services(), ref)
        if not may_record(read_case_file(tx, services(), ref)):
            raise NotFound("ballot", ref)
        kept = add_document(tx, services(), case, upload, Access.LIMITED)
    return PlainForm({**form.values, "document": kept.sha256})


def is_position(value: str) -> bool:
    """Whether a value is an answer that can be recorded."""
    return value in set(Position)


def _documents(tx: Tx, file: CaseFile) -> list[tuple[str, str]]:
    found = list_readable(tx.connection, services(), tx.actor, file.case)
    return [(each.sha256, each.name) for each in found if each.removal is None]


def _state(code: str, *, answered: bool) -> str:
    name = formats.country(code, language())
    return t("ballot.record_answered", country=name) if answered else name


def _name_key(code: str) -> tuple[str, str]:
    return sort_key(formats.country(code, language()))


def _mistake(name: str, text: str) -> Mistake:
    return Mistake(text, "vote-0" if name == "vote" else name)
