"""Objecting, for silence and consensus alike: who may, the words said back, what is on record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ricomi_workflow.audit.rules import Entry
from ricomi_workflow.ballots.commands import voter_for, voting_states
from ricomi_workflow.ballots.queries import VoteView
from ricomi_workflow.ballots.rules import Position
from ricomi_workflow.ballots.silence_procedure import LATE
from ricomi_workflow.ballots.voting_methods import VotingMethod
from ricomi_workflow.kernel.errors import Refusal
from ricomi_workflow.localization import formats
from ricomi_workflow.web.cases.case_file import CaseFile
from ricomi_workflow.web.components import Confirmation, Reason
from ricomi_workflow.web.i18n import language, t, term
from ricomi_workflow.web.messages import in_whose_name, office_label, reason
from ricomi_workflow.web.plain_forms import PlainForm


@dataclass(frozen=True, slots=True)
class ObjectionRow:
    """One objection on record, under the name of its state."""

    country: str
    text: str
    office: str
    at: datetime
    late: bool


@dataclass(frozen=True, slots=True)
class ObjectionForm:
    """What a delegate may do here: object in two steps, or read why not."""

    country: str  # code; empty for a reader who speaks for no state
    country_name: str
    others: tuple[tuple[str, str], ...]
    late: bool
    refusals: tuple[Reason, ...]
    form: PlainForm

    @property
    def may_object(self) -> bool:
        """Whether the form is offered."""
        return bool(self.country) and not self.refusals


def country_for(file: CaseFile, wanted: str) -> str:
    """For which state the reader objects: the one asked for if it is theirs, else their first."""
    own = sorted(voting_states(file.reader, file.case))
    return wanted if wanted in own else next(iter(own), "")


def objection_form(
    file: CaseFile, wanted: str, href: str, form: PlainForm, *, late: bool
) -> ObjectionForm:
    """What the reader may do; `late`: the period is over and an objection is only kept."""
    country = country_for(file, wanted)
    own = sorted(voting_states(file.reader, file.case) - {country})
    return ObjectionForm(
        country=country,
        country_name=formats.country(country, language()) if country else "",
        others=tuple((formats.country(c, language()), f"{href}?country={c}") for c in own),
        late=late,
        refusals=tuple(reason(each) for each in _against(file, country, late=late)),
        form=form,
    )


def _against(file: CaseFile, country: str, *, late: bool) -> list[Refusal]:
    """Why the reader's state may not object, as far as the page can tell."""
    seat = file.ballot.seat(country) if file.ballot else None
    if country and (seat is None or not seat.counted):
        return [Refusal("not_entitled", {"country": country})]
    ended = file.ballot is not None and file.ballot.ballot.outcome is not None
    return [Refusal("ballot_not_open")] if ended and not late else []


def objection_confirmation(
    file: CaseFile, country: str, text: str, late_since: datetime | None
) -> Confirmation:
    """The objection said back: in whose name, its words, what it does."""
    name = formats.country(country, language())
    consensus = file.ballot is not None and file.ballot.ballot.way is VotingMethod.CONSENSUS
    effect = t("voting_methods.consensus_effect" if consensus else "voting_methods.object_effect")
    if late_since:
        effect = t("voting_methods.object_effect_late", at=term(late_since))
    opening = t("voting_methods.object_opening", country=name)
    return Confirmation(
        opening=in_whose_name(opening, voter_for(file.reader, file.case, country)),
        said=t("ui.quoted", text=text),
        closing="",
        recorded=t("voting_methods.object_recorded"),
        change=effect,
        button=t("voting_methods.object_button", country=name),
        back=t("voting_methods.back"),
        back_href="",
    )


def objection_rows(file: CaseFile) -> tuple[ObjectionRow, ...]:
    """Every objection in the newest ballot of the case, the late ones last."""
    if file.ballot is None:
        return ()
    votes = [v for v in file.ballot.history if v.position is Position.AGAINST]
    number = file.ballot.ballot.round
    late = [e for e in file.entries if e.act == LATE and e.detail.get("ballot") == number]
    return tuple(map(_made, votes)) + tuple(map(_late, late))


def _made(vote: VoteView) -> ObjectionRow:
    country = formats.country(vote.country, language())
    office = office_label(vote.office)
    return ObjectionRow(country, vote.explanation or "", office, vote.at, late=False)


def _late(entry: Entry) -> ObjectionRow:
    said = entry.detail
    country = formats.country(str(said["country"]), language())
    office = office_label(entry.office)
    return ObjectionRow(country, str(said["explanation"]), office, entry.at, late=True)
