"""Everything that the page of a case shows, read at one moment for one reader.

The number of queries does not depend on how much has happened in the case.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from ricomi_workflow.audit.queries import list_entries
from ricomi_workflow.audit.rules import Entry
from ricomi_workflow.ballots.commands import voting_states
from ricomi_workflow.ballots.notices import list_states_not_served
from ricomi_workflow.ballots.queries import BallotView, ballot_views
from ricomi_workflow.ballots.voting_methods import VotingMethod
from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.drafts import draft_titles
from ricomi_workflow.cases.history import definitions_by_entry
from ricomi_workflow.cases.locked_case import Case, roles_on
from ricomi_workflow.cases.queries import (
    Option,
    get_case,
    hidden_opening_fields,
    list_options,
    readable_values,
    visible_entries,
)
from ricomi_workflow.cases.rows import Submission, list_submissions, newest_submission
from ricomi_workflow.cases.separation_of_duties import Shortage, forecast_shortages
from ricomi_workflow.collaboration.assignments import STAFF
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.deadlines.queries import list_due_dates
from ricomi_workflow.definitions.library import opening_form
from ricomi_workflow.definitions.model import StateDef, WorkflowDef
from ricomi_workflow.fund.queries import CaseFinances, case_finances_of
from ricomi_workflow.identity.queries import get_names
from ricomi_workflow.kernel.actors import Actor, Role
from ricomi_workflow.web.forms.form_editing import MANY, open_form, submission_errors


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a form has come: what it still lacks, and whether anybody has saved it yet."""

    gaps: int
    begun: bool

    @property
    def is_ready(self) -> bool:
        """Whether it may be handed in as somebody left it."""
        return self.begun and not self.gaps


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case with its process, trail, ballot, money and papers, and what the reader may do."""

    case: Case
    reader: Actor
    roles: frozenset[Role]
    now: datetime
    today: date  # the Secretariat's
    workflow: WorkflowDef
    options: tuple[Option, ...]
    entries: tuple[Entry, ...]
    ballot: BallotView | None
    earlier: tuple[BallotView, ...]  # the ballots before it, the last first
    money: CaseFinances
    papers: tuple[Submission, ...]  # what was handed in and this reader may read
    due: datetime | None
    draft_title: Mapping[str, str] | None  # while the case has none of its own
    progress: Mapping[str, Progress]  # by form of many pages that the reader may edit
    workflow_by_entry: Mapping[
        int, WorkflowDef
    ]  # by entry: the version of the process in which it was done
    names: Mapping[int, str] = field(
        default_factory=dict
    )  # of those who acted; see `with_names_and_shortages`
    unserved: tuple[str, ...] = ()  # states whose notice is not proved in a silence procedure
    shortages: tuple[Shortage, ...] = ()  # acts for which nobody would remain; likewise

    @property
    def title(self) -> Mapping[str, str] | None:
        """What the case is called, or what its draft calls it."""
        return self.case.title or self.draft_title

    @property
    def state(self) -> StateDef:
        """The definition of the present state."""
        return self.workflow.states[self.case.state]

    def workflow_at(self, entry: Entry) -> WorkflowDef:
        """The version of the process that held when an act was done."""
        return self.workflow_by_entry.get(entry.seq, self.workflow)

    @property
    def has_ended(self) -> bool:
        """Whether the work is over; a case that ended well may have a sequel that nobody awaits."""
        return self.state.final or (bool(self.state.outcome) and not self.state.waits_for)

    @property
    def awaits_nobody(self) -> bool:
        """Whether nobody is waited for: it has ended, or it stands until its term ends."""
        return self.has_ended or not self.state.waits_for

    @property
    def open_ballot(self) -> BallotView | None:
        """The ballot that takes votes now; None when there is none."""
        if self.ballot is None or self.ballot.ballot.outcome is not None:
            return None
        closes_at = self.ballot.ballot.closes_at
        return self.ballot if closes_at is None or self.now < closes_at else None

    @property
    def voted_on(self) -> Submission | None:
        """The paper on which the ballot votes, if the reader may read it."""
        if self.ballot is None:
            return None
        form, number = self.ballot.ballot.content_form, self.ballot.ballot.content_number
        return next((p for p in self.papers if p.form_key == form and p.number == number), None)

    def paper(self, form: str) -> Submission | None:
        """The newest readable submission of `form`."""
        return newest_submission(self.papers, form)


def read_case_file(tx: Tx, services: Services, ref: str) -> CaseFile:
    """The file of the case `ref` for the actor of `tx`; raises `NotFound`."""
    case = get_case(tx.connection, services, tx.actor, ref)
    roles, offered = roles_on(tx.actor, case), tuple(list_options(tx, services, case))
    given = list_submissions(tx.connection, case.id)
    workflow = services.process(case).workflow
    entries = tuple(visible_entries(tx.actor, case, list_entries(tx.connection, case.id)))
    ballots = ballot_views(tx.connection, case.id, own=voting_states(tx.actor, case))
    ballot = ballots[0] if ballots else None
    return CaseFile(
        case=case,
        reader=tx.actor,
        roles=roles,
        now=tx.now,
        today=services.calendar.local_day(tx.now),
        workflow=workflow,
        options=offered,
        entries=entries,
        ballot=ballot,
        earlier=ballots[1:],
        unserved=list_states_not_served(tx.connection, services, ballot, tx.now),
        money=case_finances_of(
            tx.connection,
            case,
            newest_submission(given, opening_form(workflow)),
            hidden_opening_fields(services, tx.actor, case),
        ),
        papers=tuple(paper for paper in given if _may_see(services, tx.actor, case, paper)),
        due=_due(ballot, list_due_dates(tx.connection, [case.id]).get(case.id)),
        draft_title=None if case.title else draft_titles(tx.connection, [case.id]).get(case.id),
        progress=_progress(tx, services, case, offered),
        workflow_by_entry=workflows_by_entry(services, entries),
    )


def _due(ballot: BallotView | None, term: datetime | None) -> datetime | None:
    """The end of the present term: in a silence procedure that of its period, once it runs."""
    if ballot is None or ballot.ballot.outcome or ballot.ballot.way is not VotingMethod.SILENCE:
        return term
    return ballot.ballot.closes_at


def with_names_and_shortages(tx: Tx, services: Services, file: CaseFile) -> CaseFile:
    """The file with who acted, by key, for staff alone, and with what lacks people.

    A page that tells neither, such as the ballot's, does not ask for them.
    """
    return replace(file, names=_names(tx, file.entries), shortages=_shortages(tx, services, file))


def _shortages(tx: Tx, services: Services, file: CaseFile) -> tuple[Shortage, ...]:
    """What the one who hands the case in, and the staff, are told of duties kept apart."""
    opening = file.workflow.form
    handing_in = any(o.possible and o.taken.form == opening for o in file.options)
    if file.state.final or not (handing_in or tx.actor.has(*STAFF)):
        return ()
    doing = tx.actor if handing_in else None
    found = forecast_shortages(tx, services, file.case, file.entries, file.today, doing=doing)
    return tuple(found)


def _names(tx: Tx, entries: Sequence[Entry]) -> dict[int, str]:
    """Who acted, as far as the reader may know people by name."""
    if not tx.actor.has(*STAFF):
        return {}
    return get_names(tx.connection, {e.actor_id for e in entries if e.actor_id is not None})


def workflows_by_entry(services: Services, entries: Sequence[Entry]) -> dict[int, WorkflowDef]:
    """By entry: the version of the process in which it was done, where it is still known."""
    known = services.library.workflows
    return {seq: known[key] for seq, key in definitions_by_entry(entries).items() if key in known}


def _progress(
    tx: Tx, services: Services, case: Case, offered: tuple[Option, ...]
) -> dict[str, Progress]:
    """How far each form that is filled in over several pages has come."""
    found = {}
    for option in offered:
        form = services.library.forms[option.taken.form] if option.taken.form else None
        access = services.state(case).forms.get(form.name) if form else None
        if form is None or access is None or len(form.sections) <= MANY:
            continue
        if access.edit & roles_on(tx.actor, case):
            desk = open_form(tx, services, case.ref, form.name)
            gaps = len(submission_errors(services, desk, desk.values))
            found[form.name] = Progress(gaps, begun=bool(desk.draft.revision))
    return found


def _may_see(services: Services, reader: Actor, case: Case, paper: Submission) -> bool:
    form = services.library.forms[paper.form_key]
    return readable_values(services, reader, case, form, paper) is not None
