"""Separation of duties over the whole history of a case.

A process declares which acts do not go together (`separation` in its file). Whoever did the one,
wrote in a form that counts, or let a stand-in do it, does not do the other; and a stand-in is
held to what the person did in whose name they act, besides their own. It is judged beside the
guards of every act, so that no screen can know better. Source: lessons N13.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ricomi_workflow.audit.models import audit_entry
from ricomi_workflow.audit.rules import Entry
from ricomi_workflow.cases.act import Act, Services
from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.db.driver import read
from ricomi_workflow.definitions.model import VOTE, Separation, TransitionDef, WorkflowDef
from ricomi_workflow.identity.queries import get_names, list_held_offices
from ricomi_workflow.kernel.actors import DERIVED_ROLES, Actor, Grant, Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import Refusal
from ricomi_workflow.kernel.text import LocalizedText

if TYPE_CHECKING:
    from datetime import date

    from ricomi_workflow.db.uow import Tx

VOTE_CAST = "ballot.vote_cast"
_ENTRIES = """SELECT seq, act, actor_id, detail FROM audit_entry
WHERE case_id = %s AND actor_id IS NOT NULL AND act LIKE %s ORDER BY seq"""
_ENTRY_COLUMNS = (
    audit_entry.c.seq,
    audit_entry.c.act,
    audit_entry.c.actor_id,
    audit_entry.c.detail,
)
_DRAFTED = "SELECT form, user_id FROM draft_contributor WHERE case_id = %s"
_APPLICANT = (Role.FOCAL_POINT, Role.INSTITUTION_USER)
_VOTERS = frozenset({Role.CEAM_DELEGATE, Role.CEAM_ALTERNATE})


@dataclass(frozen=True, slots=True)
class PastAct:
    """An entry of the trail with everybody who stands behind it."""

    seq: int
    act: str
    people: frozenset[int]  # who acted, and in whose name
    wrote: frozenset[int]  # who wrote in the form that it files


@dataclass(frozen=True, slots=True)
class Shortage:
    """An act that nobody could do any more: its offices, the rule, whether they are vacant."""

    act: LocalizedText
    roles: frozenset[Role]
    rule: LocalizedText | None  # None: nobody holds one of the offices at all


def duties_separated(act: Act, definition: TransitionDef) -> Refusal | None:
    """Nobody who stands behind this act did what the process keeps apart from it."""
    return find_separation_refusal(act.tx, act.services, act.case, act.actor, definition.trigger)


def separation_refusals(tx: Tx, services: Services, case: Case, actor: Actor) -> list[Refusal]:
    """Why a vote on `case` is kept apart from what `actor` did; empty when it is not."""
    found = find_separation_refusal(tx, services, case, actor, VOTE)
    return [found] if found else []


def people_behind(tx: Tx, case: Case, seq: int) -> frozenset[int]:
    """Who did entry `seq` of `case`, and in whose name."""
    found = next((each for each in _history(tx, case) if each.seq == seq), None)
    return found.people if found else frozenset()


def forecast_shortages(
    tx: Tx,
    services: Services,
    case: Case,
    entries: Iterable[Entry],
    day: date,
    *,
    doing: Actor | None = None,
) -> list[Shortage]:
    """The later acts for which nobody eligible would remain, as offices are held on `day`.

    `entries`: the whole trail of the case.
    `doing`: somebody who is about to hand the case in; they and those who wrote in its drafts
    count as its authors already. For each pair that is kept apart there must be two people: one
    for the act that comes first and another for the second.
    """
    ground = _Forecast(
        services.process(case).workflow,
        case,
        list_held_offices(tx.connection, day),
        [_done(e.seq, e.act, e.actor_id, e.detail) for e in entries if e.actor_id is not None],
        _drafters(tx, case),
        doing.people if doing else frozenset(),
    )
    vacant = [
        Shortage(definition.label, definition.roles, None)
        for definition in _expected(ground.workflow)
        if not ground.able(definition.trigger)
    ]
    short = [
        Shortage(ground.label(second), ground.roles(second), rule.reason)
        for rule in ground.workflow.separation
        for second in rule.excludes
        if ground.able(second) and not ground.possible(rule, second)
    ]
    return list(dict.fromkeys([*vacant, *short]))


@dataclass(frozen=True, slots=True)
class _Forecast:
    """What a forecast is made from: who holds which office, and who did what so far."""

    workflow: WorkflowDef
    case: Case
    holders: Mapping[Grant, frozenset[int]]
    history: Sequence[PastAct]
    drafters: Mapping[str, frozenset[int]]  # by form: who wrote in what is not handed in yet
    doing: frozenset[int]

    def roles(self, act: str) -> frozenset[Role]:
        if act == VOTE:
            return _VOTERS
        named = [t.roles for t in self.workflow.transitions if t.trigger == act]
        return frozenset().union(*named)

    def label(self, act: str) -> LocalizedText:
        labels = [t.label for t in self.workflow.transitions if t.trigger == act]
        return next(iter(labels), _VOTING)

    def able(self, act: str) -> frozenset[int]:
        """Who holds an office that may do `act` on the case."""
        roles, partners = self.roles(act), self.case.partner_countries()
        found = [
            people for grant, people in self.holders.items() if self.counts(grant, roles, partners)
        ]
        return frozenset().union(*found)

    def counts(self, grant: Grant, roles: frozenset[Role], partners: frozenset[str]) -> bool:
        """Whether `grant` is among the offices of `roles` on the case."""
        if grant.role is Role.FOCAL_POINT and Role.PARTNER in roles and grant.country in partners:
            return True
        return grant.role in roles and (
            grant.role not in _APPLICANT or grant.seat == self.case.country
        )

    def possible(self, rule: Separation, second: str) -> bool:
        """Whether somebody may do `second` after those who did, or may do, the rule's first."""
        free = self.able(second) - self.behind(rule) - self.authors(rule)
        if not free:
            return False
        coming = [act for act in rule.did if act != VOTE and not _was_done(self.history, act)]
        return all(_two_people(self.able(act), free) for act in coming if self.able(act))

    def behind(self, rule: Separation) -> frozenset[int]:
        matching = _matching(rule, self.workflow, self.history)
        return frozenset().union(*(people for _, people in matching))

    def authors(self, rule: Separation) -> frozenset[int]:
        if not rule.wrote:
            return frozenset()
        wrote = (self.drafters.get(form, frozenset()) for form in rule.wrote)
        return self.doing.union(*wrote) if self.opens(rule) else frozenset().union(*wrote)

    def opens(self, rule: Separation) -> bool:
        """Whether whoever hands the case in now is an author by this rule."""
        return self.workflow.form.partition("/")[0] in rule.wrote


_VOTING = LocalizedText(es="Votar", en="Vote", pt="Votar", fr="Voter")


def find_separation_refusal(
    tx: Tx, services: Services, case: Case, actor: Actor, act: str
) -> Refusal | None:
    """Why `actor` does not do `act` (a trigger, or `vote`) on `case`; None when nothing is."""
    workflow = services.process(case).workflow
    rules = [rule for rule in workflow.separation if act in rule.excludes]
    if not rules or actor.user_id is None:
        return None
    history = _history(tx, case, votes=act != VOTE or any(VOTE in rule.did for rule in rules))
    for rule in rules:
        for done, people in _matching(rule, workflow, history):
            if actor.people & people:
                return _refusal(tx, workflow, rule, done, actor.people & people)
        for form in rule.wrote:
            drafted = actor.people & _drafters(tx, case).get(form, frozenset())
            if drafted:
                return _refusal(tx, workflow, rule, None, drafted)
    return None


def _matching(
    rule: Separation, workflow: WorkflowDef, history: Iterable[PastAct]
) -> Iterable[tuple[PastAct, frozenset[int]]]:
    """The entries that count for a rule, each with those who count."""
    acts, filing = _did(rule), _filing(rule, workflow)
    for done in history:
        people = done.people if done.act in acts else frozenset[int]()
        if done.act in filing:
            people |= done.people | done.wrote
        if people:
            yield done, people


def _did(rule: Separation) -> frozenset[str]:
    """The acts that a rule keeps apart, as the trail calls them."""
    return frozenset(VOTE_CAST if act == VOTE else f"case.{act}" for act in rule.did)


def _filing(rule: Separation, workflow: WorkflowDef) -> frozenset[str]:
    """The acts by which a form is handed in of which a rule minds the authors."""
    forms = ((t.trigger, t.form) for t in workflow.transitions if t.form)
    return frozenset(f"case.{name}" for name, form in forms if form.partition("/")[0] in rule.wrote)


def _refusal(
    tx: Tx, workflow: WorkflowDef, rule: Separation, done: PastAct | None, who: frozenset[int]
) -> Refusal:
    named = get_names(tx.connection, who)
    facts: dict[str, object] = {"names": tuple(named.values()), "rule": rule.reason}
    if done is None:
        return Refusal("separation_draft", facts)
    label = next(
        (t.label for t in workflow.transitions if f"case.{t.trigger}" == done.act), _VOTING
    )
    return Refusal("separation", {**facts, "act": label, "number": done.seq})


def _history(tx: Tx, case: Case, *, votes: bool = True) -> list[PastAct]:
    """The entries of the case, read once an act; without `votes` those of its process alone.

    So what a vote costs does not grow with the votes before it.
    """

    def read_entries() -> list[PastAct]:
        tx.flush()  # what was done a moment ago in this act counts
        rows = read(tx.driver, _ENTRIES, [case.id, "%" if votes else "case.%"], _ENTRY_COLUMNS)
        return [_done(*row) for row in rows]  # type: ignore[arg-type]

    return tx.once(("separation", case.id, case.version, votes), read_entries)


def _done(seq: int, act: str, actor_id: int, detail: Mapping[str, Json]) -> PastAct:
    return PastAct(seq, act, _behind(actor_id, detail), _writers(detail))


def _behind(actor_id: int, detail: Mapping[str, Json]) -> frozenset[int]:
    stood_in = detail.get("acted_for")
    giver = stood_in.get("id") if isinstance(stood_in, Mapping) else None
    return frozenset({actor_id, giver} if isinstance(giver, int) else {actor_id})


def _writers(detail: Mapping[str, Json]) -> frozenset[int]:
    named = detail.get("contributors")
    if not isinstance(named, Sequence):
        return frozenset()
    return frozenset(key for key in named if isinstance(key, int))


def _drafters(tx: Tx, case: Case) -> Mapping[str, frozenset[int]]:
    """By form: who wrote in a draft that is not handed in yet; read once an act."""

    def read_drafters() -> dict[str, frozenset[int]]:
        found: dict[str, frozenset[int]] = {}
        for form, key in read(tx.driver, _DRAFTED, [case.id]):
            found[str(form)] = found.get(str(form), frozenset()) | {int(str(key))}
        return found

    return tx.once(("separation drafts", case.id), read_drafters)


def _expected(workflow: WorkflowDef) -> list[TransitionDef]:
    """The acts on the main way: those that the process shows first, done by an office.

    Which other states come in is not known beforehand, so their acts are left out.
    """
    wanted = [t for t in workflow.transitions if t.primary and t.roles]
    return [t for t in wanted if not t.roles & DERIVED_ROLES]


def _was_done(history: Iterable[PastAct], act: str) -> bool:
    return any(done.act == f"case.{act}" for done in history)


def _two_people(first: frozenset[int], second: frozenset[int]) -> bool:
    """Whether two different people can be found, one of each set."""
    return len(first | second) > 1
