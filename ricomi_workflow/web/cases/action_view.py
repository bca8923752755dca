"""What the reader can do in a case, why not the rest, and what belongs to other offices.

Both come from the deciding guards: `cases.queries.list_options`, and for votes `vote_refusals`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from ricomi_workflow.ballots.commands import vote_refusals, voter_for, voting_states
from ricomi_workflow.ballots.rows import BallotState
from ricomi_workflow.cases.queries import Option
from ricomi_workflow.definitions.model import FormDef, TransitionDef
from ricomi_workflow.kernel.errors import Refusal
from ricomi_workflow.web.cases.case_file import CaseFile, Progress
from ricomi_workflow.web.cases.voting_method_actions import (
    nothing_to_do,
    other_method_ballot,
    voting_method_acts,
)
from ricomi_workflow.web.components import ActionPanel, ActRow, Reason, RefusedRow
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.forms.form_editing import MANY
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.messages import offices, reason, waiting_label

_NOT_YOURS = "role"


@dataclass(frozen=True, slots=True)
class CaseActions:
    """The panel of the reader, and the acts of others, each with who may do it."""

    panel: ActionPanel
    others: tuple[tuple[str, str], ...]


def case_actions(file: CaseFile) -> CaseActions:
    """Sort every act of the state into possible, refused, and other people's."""
    possible = [option.taken for option in file.options if option.possible]
    acts = _vote_acts(file) + _form_rows(file) + _act_rows(file, possible)
    refused = [o for o in file.options if o.refusals and not _is_others(o)]
    rows = tuple(RefusedRow(o.taken.label[language()], _reasons(o.refusals)) for o in refused)
    return CaseActions(
        ActionPanel(_one_primary(acts), _vote_refused(file) + rows, _nothing(file)),
        _votes_of_others(file) + _acts_of_others(file),
    )


def act_href(taken: TransitionDef, ref: str) -> str:
    """Where an act begins: at its form if that is one page, else where it is said back."""
    form = form_of_act(taken)
    if form and len(form.sections) <= MANY:
        return form_href(form, ref)
    return url_for("acts.confirm", ref=ref, trigger=taken.trigger)


def form_href(form: FormDef, ref: str) -> str:
    """Where a form of a case is filled in."""
    return url_for("forms.form_page", ref=ref, name=form.name)


def is_voter(file: CaseFile) -> bool:
    """Whether the reader is a delegate or alternate of some state in the body that votes."""
    return bool(voting_states(file.reader, file.case))


def reader_vote_refusals(file: CaseFile, country: str) -> list[Refusal]:
    """Why the reader may not vote for `country` in the ballot of the case; empty when they may."""
    view = file.ballot
    standing = None
    if view:
        seats = {seat.country: seat.counted for seat in view.seats}
        standing = BallotState(view.ballot, seats, {})  # what was answered says nothing here
    return vote_refusals(standing, voter_for(file.reader, file.case, country), country, file.now)


def form_of_act(taken: TransitionDef) -> FormDef | None:
    """The form that an act takes."""
    return services().library.forms[taken.form] if taken.form else None


def _act_rows(file: CaseFile, possible: Sequence[TransitionDef]) -> list[ActRow]:
    """What may be done; handing in a form that lacks something is not yet the expected act."""
    lang = language()
    return [
        ActRow(
            x.label[lang],
            x.hint[lang],
            act_href(x, file.case.ref),
            x.primary and _is_ready(file, x),
        )
        for x in possible
    ]


def _form_rows(file: CaseFile) -> list[ActRow]:
    """Forms that the reader may fill in: those of many pages, and those that others hand in."""
    rows = []
    for option in file.options:
        form = form_of_act(option.taken)
        access = file.state.forms.get(form.name) if form else None
        if form is None or access is None or not access.edit & file.roles:
            continue
        progress = file.progress.get(form.name)
        if progress or _is_others(option):
            label = t("case.prepare", form=_lower_first(form.label[language()]))
            href = form_href(form, file.case.ref)
            primary = progress is None or not progress.is_ready
            rows.append(ActRow(label, _form_hint(option, progress), href, primary=primary))
    return rows


def _form_hint(option: Option, progress: Progress | None) -> str:
    """How far the form has come, and who hands it in."""
    told = [_progress_words(progress)] if progress else []
    if _is_others(option):
        told.append(t("case.prepare_hint", who=offices(sorted(option.taken.roles))))
    return " ".join(told)


def _progress_words(progress: Progress) -> str:
    if progress.gaps:
        return t("case.form_gaps", n=progress.gaps)
    return t("case.form_complete" if progress.begun else "case.form_returned")


def _is_ready(file: CaseFile, taken: TransitionDef) -> bool:
    """Whether nothing is left to fill in before an act."""
    progress = file.progress.get(_form_name(taken))
    return progress is None or progress.is_ready


def _form_name(taken: TransitionDef) -> str:
    return (taken.form or "").partition("/")[0]


def _lower_first(label: str) -> str:
    return label[:1].lower() + label[1:]


def _vote_acts(file: CaseFile) -> list[ActRow]:
    if elsewhere := other_method_ballot(file):
        return voting_method_acts(file, elsewhere)
    href = url_for("ballots.ballot", ref=file.case.ref)
    rows = []
    for country in sorted(voting_states(file.reader, file.case)):
        if file.open_ballot and not reader_vote_refusals(file, country):
            seat = file.open_ballot.seat(country)
            voted = bool(seat and seat.vote and not seat.vote.taken_back)
            verb = t("case.change_vote" if voted else "case.vote")
            rows.append(ActRow(verb, t("case.vote_hint"), href, primary=not voted))
    return rows


def _vote_refused(file: CaseFile) -> tuple[RefusedRow, ...]:
    rows = []
    for country in sorted(voting_states(file.reader, file.case)) if _takes_votes(file) else ():
        against = reader_vote_refusals(file, country)
        if against:
            rows.append(RefusedRow(t("case.vote"), _reasons(against)))
    return tuple(rows)


def _takes_votes(file: CaseFile) -> bool:
    """Whether an electronic ballot is open."""
    return file.open_ballot is not None and other_method_ballot(file) is None


def _votes_of_others(file: CaseFile) -> tuple[tuple[str, str], ...]:
    if not _takes_votes(file) or is_voter(file):
        return ()
    return ((t("case.vote"), t("case.voters")),)


def _acts_of_others(file: CaseFile) -> tuple[tuple[str, str], ...]:
    lang = language()
    own = [
        (o.taken.label[lang], offices(sorted(o.taken.roles))) for o in file.options if _is_others(o)
    ]
    system = [
        (x.label[lang], t("case.by_itself"))
        for x in file.workflow.transitions
        if file.case.state in x.sources and not x.roles
    ]
    return tuple(own + system)


def _is_others(option: Option) -> bool:
    return any(refusal.code == _NOT_YOURS for refusal in option.refusals)


def _reasons(refusals: Sequence[Refusal]) -> tuple[Reason, ...]:
    return tuple(reason(refusal) for refusal in refusals)


def _one_primary(acts: Sequence[ActRow]) -> tuple[ActRow, ...]:
    """The expected act first; only the first of several stays the main one."""
    ordered = sorted(acts, key=lambda act: not act.primary)
    return tuple(
        ActRow(a.verb, a.hint, a.href, a.primary and n == 0) for n, a in enumerate(ordered)
    )


def _nothing(file: CaseFile) -> str:
    if file.has_ended:
        return t("case.nothing_final")
    if file.awaits_nobody:
        return t("case.nothing_awaited")
    if elsewhere := other_method_ballot(file):
        return nothing_to_do(elsewhere)
    if file.open_ballot:
        return t("case.nothing_ballot", n=len(file.open_ballot.silent))
    return t("case.nothing_now", who=waiting_label(file.state.waits_for, file.case))
