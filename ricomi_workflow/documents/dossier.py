"""The submissions of a case as a document for one reader: one of them, or the whole dossier."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ricomi_workflow.audit.queries import list_entries
from ricomi_workflow.audit.rules import Entry
from ricomi_workflow.ballots.queries import BallotView, ballot_views
from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.history import definitions_by_entry
from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.cases.queries import (
    get_case,
    hidden_fields,
    hidden_opening_fields,
    readable_values,
    visible_entries,
)
from ricomi_workflow.cases.requested_changes import requested_changes_in, visible_changes
from ricomi_workflow.cases.rows import (
    Submission,
    find_submission,
    list_submissions,
    newest_submission,
)
from ricomi_workflow.collaboration.comments import Comment, list_comments
from ricomi_workflow.collaboration.rules import Audience
from ricomi_workflow.definitions.library import opening_form
from ricomi_workflow.definitions.model import FormDef
from ricomi_workflow.documents.annexes import (
    ballot_blocks,
    file_blocks,
    icr_blocks,
    readable_reviews,
    review_blocks,
)
from ricomi_workflow.documents.elements import (
    Block,
    Document,
    DocumentText,
    compose_document,
    facts,
    heading,
    para,
    sections,
    table,
)
from ricomi_workflow.documents.typesetting import pdf
from ricomi_workflow.files.queries import Attachment, list_readable
from ricomi_workflow.fund.queries import CaseFinances, case_finances_of
from ricomi_workflow.fund.rules import source_shares
from ricomi_workflow.kernel.actors import Actor
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.kernel.text import join_clauses
from ricomi_workflow.localization import formats
from ricomi_workflow.reviews.queries import CaseReviews

if TYPE_CHECKING:
    from sqlalchemy import Connection

Values = Mapping[str, Json]
ENOUGH = 3_000_000  # letters of answers; what is beyond is listed with its digest and not printed
FINANCING = "financing"  # the table of a request that says who pays its budget


@dataclass(frozen=True, slots=True)
class ReadableCase:
    """A case as its reader may read it."""

    case: Case
    reader: Actor
    submissions: tuple[tuple[Submission, Values], ...]
    entries: tuple[Entry, ...]
    ballots: tuple[BallotView, ...]
    money: CaseFinances
    comments: tuple[Comment, ...]
    files: tuple[Attachment, ...]
    reviews: CaseReviews | None  # None: not for this reader


def dossier_pdf(services: Services, reader: Actor, ref: str, lang: str) -> bytes:
    """The whole case `ref` as one PDF for its reader; raises `NotFound`."""
    with services.uow.read() as connection:
        read = read_dossier(connection, services, reader, ref)
    return pdf(compose_dossier(services, lang, read), lang)


def submission_pdf(
    services: Services, reader: Actor, ref: str, which: tuple[str, int], lang: str
) -> bytes:
    """One submission, by form and number, as a PDF for its reader; raises `NotFound`."""
    with services.uow.read() as connection:
        found = read_submission(connection, services, reader, ref, which)
    return pdf(compose_submission(services, lang, *found), lang)


def read_dossier(
    connection: Connection, services: Services, reader: Actor, ref: str
) -> ReadableCase:
    """Everything of the case `ref` that the reader may read; raises `NotFound`."""
    case = get_case(connection, services, reader, ref)
    submissions = list_submissions(connection, case.id)
    given = [
        (submission, _values(services, reader, case, submission)) for submission in submissions
    ]
    shared = list_comments(connection, services, reader, case)
    request = newest_submission(submissions, opening_form(services.process(case).workflow))
    return ReadableCase(
        case,
        reader,
        tuple((submission, values) for submission, values in given if values is not None),
        tuple(visible_entries(reader, case, list_entries(connection, case.id))),
        ballot_views(connection, case.id)[::-1],
        case_finances_of(connection, case, request, hidden_opening_fields(services, reader, case)),
        tuple(each for each in shared if each.audience is not Audience.SECRETARIAT),
        tuple(list_readable(connection, services, reader, case)),
        readable_reviews(connection, services, reader, case),
    )


def read_submission(
    connection: Connection, services: Services, reader: Actor, ref: str, which: tuple[str, int]
) -> tuple[Case, Submission, Values]:
    """One submission, by form and number, as far as its reader may read it; raises `NotFound`."""
    case = get_case(connection, services, reader, ref)
    submission = find_submission(connection, case.id, *which)
    values = _values(services, reader, case, submission) if submission else None
    if submission is None or values is None:
        raise NotFound("submission", f"{ref} {which}")
    return case, submission, values


def compose_submission(
    services: Services, lang: str, case: Case, submission: Submission, values: Values
) -> Document:
    """One submission as a document."""
    words = DocumentText(services, lang)
    form = services.library.forms[submission.form_key]
    label = words.t("case.paper", form=form.label[lang], number=submission.number)
    body = [_receipt(words, submission), *_answers(words, form, submission, values, 1)]
    return _document(words, case, label, body, submission.at)


def compose_dossier(services: Services, lang: str, read: ReadableCase) -> Document:
    """The whole case as a document: cover, contents and its parts."""
    words = DocumentText(services, lang)
    parts = [
        ("papers", [*_submissions(words, read)]),
        ("reviews", [*review_blocks(words, read.reviews)]),
        ("decisions", [*ballot_blocks(words, read.ballots)]),
        ("money", [*_money(words, read)]),
        ("trail", [*_trail(words, read)]),
        ("list", [_list(words, read), *file_blocks(words, read.files)]),
        ("comments", [*_comments(words, read)]),
    ]
    body: list[Block] = []
    for name, blocks in parts:
        if blocks:
            body += [heading(words.t(f"documents.{name}")), *blocks]
    made = _document(words, read.case, words.t("documents.dossier"), body, read.case.updated_at)
    return made | {"contents": words.t("documents.contents"), "cover": _cover(words, read)}


def _values(services: Services, reader: Actor, case: Case, submission: Submission) -> Values | None:
    return readable_values(
        services, reader, case, services.library.forms[submission.form_key], submission
    )


def _document(
    words: DocumentText, case: Case, label: str, body: Sequence[Block], made: datetime
) -> dict[str, Json]:
    return compose_document(
        words.t,
        words.title(case.title),
        label,
        body,
        ref=case.ref,
        made=made.isoformat(),
        illustrative=case.illustrative,
        exercise=case.exercise,
    )


def _cover(words: DocumentText, read: ReadableCase) -> list[Json]:
    case = read.case
    workflow = words.services.process(case).workflow
    state = workflow.states[case.state]
    pairs = [
        (words.t("case.fact_asks"), words.country(case.country)),
        (words.t("case.fact_partners"), _partners(words, case)),
        (words.t("documents.state"), state.label[words.lang]),
        (words.t("documents.process"), f"{workflow.label[words.lang]}, {workflow.version}"),
        (words.t("case.fact_opened"), words.at(case.opened_at)),
        (words.t("documents.last_act"), _last_act(words, case)),
        (words.t("documents.head"), case.head),
        (words.t("documents.read_by"), read.reader.name),
    ]
    blocks: list[Json] = [facts(pairs)]
    if case.illustrative or case.exercise:
        note = read.entries[0].detail.get("note") if read.entries else None
        said = str(note[words.lang]) if isinstance(note, Mapping) else ""
        blocks.append(
            para(said or words.t("exercise.note" if case.exercise else "case.illustrative"))
        )
    blocks.append(para(words.t("documents.only_yours"), soft=True))
    return blocks


def _last_act(words: DocumentText, case: Case) -> str:
    return words.t("documents.act_at", number=case.version, at=words.at(case.updated_at))


def _partners(words: DocumentText, case: Case) -> str:
    partners = []
    for part in case.participants:
        waited = "case.declined" if part.declined_seq else "case.unconfirmed"
        standing = words.t("case.confirmed" if part.confirmed_seq else waited)
        partners.append(f"{words.country(part.country)} ({standing})")
    return join_clauses(sorted(partners), words.lang)


def _receipt(words: DocumentText, submission: Submission) -> Block:
    return facts(
        [
            (words.t("form.handed_in"), words.at(submission.at)),
            (words.t("form.by_act"), words.t("form.act_number", number=submission.seq)),
            (words.t("form.seal"), submission.digest),
        ]
    )


def _submissions(words: DocumentText, read: ReadableCase) -> Iterator[Block]:
    left = ENOUGH
    for submission, values in read.submissions:
        form = words.services.library.forms[submission.form_key]
        label = form.label[words.lang]
        yield heading(words.t("case.paper", form=label, number=submission.number), 2)
        yield _receipt(words, submission)
        left -= len(str(values))
        if left < 0:
            yield para(words.t("documents.too_long"), soft=True)
            continue
        yield from _answers(words, form, submission, values, 3)


def _answers(
    words: DocumentText, form: FormDef, submission: Submission, values: Values, level: int
) -> Iterator[Block]:
    """The answers by section; beside a budget what is charged when its money arrives."""
    for section in words.reader.sections(form, values):
        yield from sections([section], words, level)
        if any(field.name == FINANCING for field in section.fields):
            yield from icr_blocks(words, source_shares(values.get(FINANCING)), submission.at)


def _money(words: DocumentText, read: ReadableCase) -> Iterator[Block]:
    money = read.money
    if not money.cost:
        return
    standing = {
        "reserved": money.reserved,
        "committed": money.committed,
        "obligated": money.obligated,
        "disbursed": money.disbursed,
        "spent": money.spent,
        "advances": money.advances,
    }
    parts = [
        words.t("case.financed_part", amount=amount, source=words.t(f"ui.source_{source}"))
        for source, amount in money.financing.items()
    ]
    yield facts(
        [
            (words.t("case.fact_cost"), formats.money(money.cost, words.lang)),
            (words.t("documents.financed"), formats.list_text(parts, words.lang) if parts else ""),
            *(
                (words.t(f"case.money_{name}"), formats.money(amount, words.lang))
                for name, amount in standing.items()
                if amount
            ),
        ]
    )
    if money.asked_at:
        yield from icr_blocks(words, money.financing, money.asked_at)
    if money.tranches:
        yield _tranches(words, money)


def _tranches(words: DocumentText, money: CaseFinances) -> Block:
    columns = [
        (words.t("case.tranche_for"), False),
        (words.t("case.tranche_state"), False),
        (words.t("ui.currency"), True),
    ]
    rows = [
        [
            f"{x.number}. {x.purpose}",
            words.t(f"case.tranche_{x.status}"),
            formats.amount(x.amount, words.lang),
        ]
        for x in money.tranches
    ]
    return table(words.t("case.tranches"), columns, rows)


def _trail(words: DocumentText, read: ReadableCase) -> Iterator[Block]:
    held = definitions_by_entry(read.entries)
    columns = [
        (words.t(f"documents.{n}"), n == "number") for n in ("number", "what", "who", "when")
    ]
    rows = []
    for entry in read.entries:
        workflow = words.services.processes[held[entry.seq]].workflow
        told = words.teller
        figures = [*told.figures(entry), *told.voided(workflow, entry)]
        what = " · ".join([told.act(workflow, entry), *figures])
        reason = f"\n{words.quoted(entry.reason)}" if entry.reason else ""
        points = "".join(f"\n{line}" for line in _points(words, read, entry))
        cells = [what + reason + points, told.who(entry), words.briefly(entry.at)]
        rows.append([str(entry.seq), *cells])
    yield table(words.t("documents.trail_caption"), columns, rows)


def _points(words: DocumentText, read: ReadableCase, entry: Entry) -> Iterator[str]:
    """What an entry asked to be changed, as far as the reader may read the fields."""
    name = entry.detail.get("points_of")
    submission = next((p for p, _ in reversed(read.submissions) if p.form == name), None)
    if submission is None:
        return
    form = words.services.library.forms[submission.form_key]
    hidden = hidden_fields(words.services, read.reader, read.case, form)
    for point in visible_changes(
        tuple(requested_changes_in(entry.seq, entry.detail, form.name)), form, hidden
    ):
        yield f"{_place(form, point.section, point.field, words)} {point.text}".strip()


def _place(form: FormDef, section: str, name: str | None, words: DocumentText) -> str:
    label = next(s.label for s in form.sections if s.name == section)
    where = form.field(name).label if name else label
    return words.t("documents.point", place=where[words.lang])


def _list(words: DocumentText, read: ReadableCase) -> Block:
    columns = [
        (words.t(f"documents.{n}"), n == "number") for n in ("number", "paper", "when", "digest")
    ]
    rows = [
        [
            str(submission.seq),
            words.t(
                "case.paper",
                form=words.services.library.forms[submission.form_key].label[words.lang],
                number=submission.number,
            ),
            words.briefly(submission.at),
            submission.digest,
        ]
        for submission, _ in read.submissions
    ]
    return table(words.t("documents.list_caption"), columns, rows)


def _comments(words: DocumentText, read: ReadableCase) -> Iterator[Block]:
    for comment in read.comments:
        author = f"{words.teller.office(comment.office)}, {words.briefly(comment.at)}"
        yield heading(author, 2)
        if comment.withdrawn:
            yield para(words.t("documents.withdrawn", reason=comment.withdrawn.reason), soft=True)
        else:
            yield para(comment.body)
