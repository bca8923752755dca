"""The audit trail in sentences: what was done, by which office, when, why, what it changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import groupby

from ricomi_workflow.audit.rules import Entry
from ricomi_workflow.cases.history import MIGRATED
from ricomi_workflow.cases.queries import hidden_fields
from ricomi_workflow.cases.rows import Submission
from ricomi_workflow.definitions.model import WorkflowDef
from ricomi_workflow.definitions.submission_diff import differences
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.localization import formats
from ricomi_workflow.web.cases.case_file import CaseFile
from ricomi_workflow.web.cases.changes_view import changes_href
from ricomi_workflow.web.components import TrailRow
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.messages import actor_label

Detail = Mapping[str, Json]
FOLDED = frozenset({"ballot.vote_cast", "deadline.reminded"})
MANY = 4  # acts of one kind in a row that are folded
PaperHref = Callable[[str, int], str]


def trail_rows(file: CaseFile, href: PaperHref) -> tuple[TrailRow, ...]:
    """Every act, newest first; `href` is the address of a form and its number."""
    readable = {(paper.form, paper.number) for paper in file.papers}
    return tuple(_row(file, entry, readable, href) for entry in reversed(file.entries))


@dataclass(frozen=True, slots=True)
class TrailRun:
    """Acts that follow each other; many of the same kind that moved nothing are folded."""

    rows: tuple[TrailRow, ...]
    words: str = ""  # what a folded run is called; empty for acts that stand open


def trail_runs(file: CaseFile, href: PaperHref) -> tuple[TrailRun, ...]:
    """The acts, newest first; a long run of votes or reminders becomes one fold."""
    rows = {row.number: row for row in trail_rows(file, href)}
    runs = []
    for act, entries in groupby(reversed(file.entries), key=lambda entry: entry.act):
        found = tuple(rows[entry.seq] for entry in entries)
        if len(found) < MANY or act not in FOLDED:
            runs += [TrailRun((row,)) for row in found]
        else:
            words = t(f"case.run_{act.replace('.', '_')}", n=len(found))
            runs.append(TrailRun(found, words))
    return tuple(runs)


def act_sentence(workflow: WorkflowDef, entry: Entry) -> str:
    """What was done, in a sentence."""
    return actor_label().act(workflow, entry)


def _row(file: CaseFile, entry: Entry, readable: set[tuple[str, int]], href: PaperHref) -> TrailRow:
    form, number = _submission_of(entry.detail)
    shown = (form, number) in readable
    return TrailRow(
        number=entry.seq,
        sentence=act_sentence(file.workflow_at(entry), entry),
        office=_who(file, entry),
        at=entry.at,
        moved=entry.from_state != entry.to_state and entry.act != MIGRATED,
        reason=entry.reason or "",
        detail=" · ".join(
            [*actor_label().figures(entry), *_changed(file, form, number), *_approvals(file, entry)]
        ),
        href=href(form, number) if shown else "",
        link=t("case.see_version", number=number) if shown else "",
        changes=changes_href(file.case.ref, form, number) if shown else "",
    )


def _who(file: CaseFile, entry: Entry) -> str:
    """The office of an act; for staff the person as well, unless the words name them already."""
    words = actor_label().who(entry)
    person = file.names.get(entry.actor_id or 0, "")
    if not person or "acted_for" in entry.detail:
        return words
    if person.startswith(words):  # an account that is named after its office
        return person
    return t("collaboration.person_of", person=person, office=words)


def _approvals(file: CaseFile, entry: Entry) -> list[str]:
    """How many places a return named, and which approvals a new version voided."""
    found = []
    if isinstance(points := entry.detail.get("points"), list):
        found.append(t("points.named", n=len(points)))
    return found + actor_label().voided(file.workflow_at(entry), entry)


def _changed(file: CaseFile, form: str, number: int) -> list[str]:
    words = changed_fields_text(file, form, number) if form else ""
    return [words] if words else []


def _submission_of(detail: Detail) -> tuple[str, int]:
    form, number = detail.get("form"), detail.get("number")
    if isinstance(form, str) and isinstance(number, int):
        return form.partition("/")[0], number
    return "", 0


NAMED = 4


def changed_fields_text(file: CaseFile, form: str, number: int) -> str:
    """What the submission `number` of `form` changed; empty for the first, or what is not shown.

    Fields that the reader may not see are not told of either.
    """
    papers = {(paper.form, paper.number): paper for paper in file.papers}
    old, new = papers.get((form, number - 1)), papers.get((form, number))
    if old is None or new is None:
        return ""
    labels = _labels(file, old, new)
    if not labels:
        return t("collaboration.changed_nothing")
    shown, more = labels[:NAMED], len(labels) - NAMED
    if more > 0:
        shown = [*shown, t("collaboration.changed_more", n=more)]
    return t("collaboration.changed", n=len(labels), fields=formats.list_text(shown, language()))


def _labels(file: CaseFile, old: Submission, new: Submission) -> list[str]:
    """The fields with other answers, in the order of the form, each once."""
    forms = services().library.forms
    before, after = forms[old.form_key], forms[new.form_key]
    hidden = hidden_fields(services(), file.reader, file.case, after)
    labels = {f.name: f.label[language()] for form in (before, after) for f in form.fields()}
    found = differences(before, old.values, after, new.values)
    return list(dict.fromkeys(labels[d.field] for d in found if d.field not in hidden))
