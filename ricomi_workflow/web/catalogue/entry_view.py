"""One entry of the catalogue: what is done, by whom, what it costs, what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from flask import url_for

from ricomi_workflow.audit.queries import list_instants
from ricomi_workflow.ballots.closing import outcome_reason
from ricomi_workflow.ballots.queries import find_carried_ballot
from ricomi_workflow.ballots.rows import Ballot
from ricomi_workflow.ballots.rules import Tally, judge
from ricomi_workflow.ballots.voting_methods import VotingMethod
from ricomi_workflow.cases.locked_case import Participation
from ricomi_workflow.cases.rows import list_participants
from ricomi_workflow.catalogue.entry_types import public_forms
from ricomi_workflow.catalogue.queries import CatalogueEntry, get_entry
from ricomi_workflow.decisions.commands import DECISION_KIND as DECISION
from ricomi_workflow.definitions.model import FieldDef
from ricomi_workflow.fund.exceptions import GrantedException, list_granted_exceptions
from ricomi_workflow.kernel.actors import NETWORK
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.kernel.text import Shown, join_clauses, show
from ricomi_workflow.localization import formats
from ricomi_workflow.matching.candidates import Suggestion
from ricomi_workflow.meetings.session_queries import KIND as MEETING
from ricomi_workflow.web.catalogue.catalogue_view import (
    Labels,
    kind_of,
    partners,
    shown_text,
    status_of,
)
from ricomi_workflow.web.catalogue.confirmation_view import Confirmation, confirmation_of, tie_of
from ricomi_workflow.web.catalogue.entry_fields import (
    LabelledText,
    LongText,
    Registry,
    further_facts,
    long_text,
    registry_of,
    tellings,
)
from ricomi_workflow.web.catalogue.entry_freshness import freshness_facts, is_stale
from ricomi_workflow.web.components import BallotView, Facts, Tie
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.matching.matches_view import entry_suggestions
from ricomi_workflow.web.messages import local_day
from ricomi_workflow.web.network.map_drawing import Arc, Region, arcs, region_of
from ricomi_workflow.web.network.network_query import entry_lines, pair_words

if TYPE_CHECKING:
    from sqlalchemy import Connection

_FIGURES = ("officials_trained_women", "officials_trained_men")


@dataclass(frozen=True, slots=True)
class Party:
    """A state in the project: what it does, by which institution, when it confirmed."""

    code: str
    role: str
    institution: str
    confirmed: date | None
    awaited: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """How the committee decided: counts only; its own page tells everything that is public."""

    body: str
    drawn: BallotView
    on: date | None
    href: str


@dataclass(frozen=True, slots=True)
class EntryMap:
    """Who shares with whom or, where that is not known, who asks and who takes part."""

    name: str
    caption: str
    filled: frozenset[str]  # those that share, else the one that asks
    region: Region | None  # at a larger scale, where one holds all of it
    arcs: tuple[Arc, ...]


@dataclass(frozen=True, slots=True)
class EntryPage:
    """What the page of an entry shows."""

    entry: CatalogueEntry
    title: Shown
    summary: Shown
    status: str
    topics: str
    tie: Tie | None
    confirmation: Confirmation | None
    map: EntryMap | None
    parties: tuple[Party, ...]
    objectives: LongText | None
    changed: LongText | None
    lessons: LongText | None
    tellings: tuple[LabelledText, ...]
    figures: Facts
    results: str
    cost: Money
    facts: Facts
    decision: Decision | None
    exceptions: tuple[GrantedException, ...]
    changed_on: date
    stale: bool
    json_href: str
    suggestions: list[Suggestion] | None  # None: neither a need nor an offer that is open
    registry: Registry | None
    own_page: str  # of a meeting or a decision; empty for whatever has none


def entry_page(connection: Connection, ref: str) -> EntryPage:
    """The entry `ref`; six statements, more of a registry, a need, an offer. Raises: NotFound."""
    entry = get_entry(connection, ref)
    sides = list_participants(connection, entry.entry_id)
    acts = [side.confirmed_seq for side in sides if side.confirmed_seq]
    confirmed = list_instants(connection, entry.entry_id, acts)
    return EntryPage(
        entry=entry,
        title=show(entry.title, language()),
        summary=show(entry.summary, language()),
        status=" · ".join(words for words in (kind_of(entry), status_of(entry)) if words),
        topics=_labels("topic", entry.public.get("topics")),
        tie=tie_of(entry) or _tie(sides),
        confirmation=confirmation_of(entry),
        map=_map(entry),
        parties=_parties(entry, sides, {seq: local_day(at) for seq, at in confirmed.items()}),
        objectives=long_text(entry.public.get("objectives")),
        changed=long_text(entry.public.get("what_changed")),
        lessons=long_text(entry.public.get("lessons")),
        tellings=tellings(entry),
        figures=_figures(entry),
        results=_results(entry),
        cost=Money(entry.amount_minor, entry.currency),
        facts=_facts(entry),
        decision=_decision(ref, find_carried_ballot(connection, entry.entry_id)),
        exceptions=list_granted_exceptions(connection, entry.entry_id),
        changed_on=local_day(entry.changed_at),
        stale=is_stale(entry),
        suggestions=entry_suggestions(connection, entry),
        json_href=url_for("api_v1.get_entry", ref=ref),
        registry=registry_of(connection, entry),
        own_page=_own_page(entry),
    )


def _own_page(entry: CatalogueEntry) -> str:
    """Where a meeting and a decision tell everything; no other entry has such a page."""
    if entry.kind == MEETING:
        return url_for("meetings.meeting", ref=entry.ref)
    if entry.kind == DECISION:
        ref, _, number = entry.ref.rpartition(".")
        return url_for("decisions.decision", ref=ref, number=number)
    return ""


def _map(entry: CatalogueEntry) -> EntryMap | None:
    """The map of the states in an entry; None when it is of one state alone."""
    others = partners(entry)
    if not others:
        return None
    names = [formats.country(code, language()) for code in (entry.country, *others)]
    told = formats.list_text(names[1:], language())
    name, caption = t("public.entry_map", asker=names[0], others=told), t("public.entry_caption")
    lines = entry_lines(entry)
    if lines:
        name = join_clauses((pair_words(*line) for line in lines), language())
        caption = t("network.entry_caption")
    lines = lines or [(entry.country, other) for other in others]
    return EntryMap(
        name=name,
        caption=caption,
        filled=frozenset(start for start, _ in lines),
        region=region_of(lines, max(map(len, names))),
        arcs=arcs(lines),
    )


def _tie(sides: tuple[Participation, ...]) -> Tie | None:
    """How the other states stand to the project; None when no other takes part."""
    if not sides:
        return None
    waited = [s.country for s in sides if s.confirmed_seq is None]
    if not waited:
        return Tie("one", t("public.tie_both"))
    names = formats.list_text([formats.country(code, language()) for code in waited], language())
    return Tie("one", t("public.tie_one", countries=names))


def _parties(
    entry: CatalogueEntry, sides: tuple[Participation, ...], days: Mapping[int, date]
) -> tuple[Party, ...]:
    if entry.country == NETWORK:
        return ()
    asking = str(entry.public.get("requesting_institution", ""))
    role = "presents" if kind_of(entry) and "needed_by" not in entry.public else "asks"
    sharing = {provider for provider, _ in entry_lines(entry)}
    return (
        Party(entry.country, t(f"public.role_{role}"), asking, None),
        *(
            Party(
                side.country,
                t("network.shares" if side.country in sharing else "public.role_takes_part"),
                "",
                days.get(side.confirmed_seq or 0),
                awaited=side.confirmed_seq is None,
            )
            for side in sides
        ),
    )


def _figures(entry: CatalogueEntry) -> Facts:
    """The whole numbers of the final report, under their labels in the form."""
    labels = {f.name: f.label[language()] for f in _fields(entry)}
    return tuple(
        (labels.get(name, name), formats.number(value, language()))
        for name in _FIGURES
        if isinstance(value := entry.public.get(name), int)
    )


def _fields(entry: CatalogueEntry) -> tuple[FieldDef, ...]:
    forms = public_forms(services().library, entry.definition)
    return tuple(field for form in forms for field in form.fields())


def _results(entry: CatalogueEntry) -> str:
    field = next((f for f in _fields(entry) if f.name == "result_types"), None)
    labels = {o.value: o.label[language()] for o in field.options} if field else {}
    value = entry.public.get("result_types")
    chosen = value if isinstance(value, list | tuple) else []
    return join_clauses((labels.get(str(item), str(item)) for item in chosen), language())


def _facts(entry: CatalogueEntry) -> Facts:
    modalities = {m.value: m.label[language()] for m in services().reference.modalities}
    value, body = entry.public.get("modality"), shown_text(entry.public.get("body"))
    forms = [str(item) for item in value] if isinstance(value, list | tuple) else []
    facts = (
        (t("public.fact_status"), status_of(entry)),
        (t("public.facet_body"), body.text if body else ""),
        (t("public.fact_topics"), _labels("topic", entry.public.get("topics"))),
        (
            t("public.fact_modality"),
            join_clauses((modalities.get(f, f) for f in forms), language()),
        ),
        (t("public.fact_population"), _labels("population", entry.public.get("populations"))),
        (t("public.fact_provider"), str(entry.public.get("provider_institution") or "")),
        (t("public.fact_year"), str(entry.year)),
    )
    return tuple(
        (term, text)
        for term, text in (*facts, *further_facts(entry), *freshness_facts(entry))
        if text
    )


def _labels(facet: str, value: object) -> str:
    labels = Labels()
    chosen = [str(item) for item in value] if isinstance(value, list | tuple) else []
    return join_clauses((labels.of(facet, item) or item for item in chosen), language())


def _decision(ref: str, found: tuple[Ballot, Tally] | None) -> Decision | None:
    """The ballot that approved the project `ref`: totals, never who voted how."""
    if found is None:
        return None
    ballot, tally = found
    ended = local_day(ballot.ended_at) if ballot.ended_at else None
    name = services().reference.body(ballot.body).name_on(ended or local_day(ballot.opened_at))
    body = name.acronym[language()]
    return Decision(
        body=body,
        drawn=BallotView(
            in_favour=tally.in_favour,
            against=tally.against,
            abstained=tally.abstain,
            unanswered=tally.unanswered,
            threshold=None,
            verdict=_decided(ballot, tally, body),
            apart=tally.not_participating + tally.recused + tally.absent,
            sealed=_asked_to_object(ballot) and not tally.answered,  # nothing to draw
        ),
        on=ended,
        href=url_for("decisions.decision", ref=ref, number=ballot.round),
    )


def _decided(ballot: Ballot, tally: Tally, body: str) -> str:
    """In which way the body approved, and by which votes or without which objections."""
    n, whole = tally.in_favour, tally.electorate
    told = t(f"public.decision_{ballot.way}", body=body, n=n, entitled=whole)
    if not _asked_to_object(ballot):
        return told
    if tally.against:
        return f"{told} {outcome_reason(judge(tally, ballot.rule), services().texts, language())}"
    return f"{told} {t('decisions.unopposed')}."


def _asked_to_object(ballot: Ballot) -> bool:
    """Whether who did not answer agreed: then no vote in favour was asked for."""
    return ballot.way in {VotingMethod.CONSENSUS, VotingMethod.SILENCE}
