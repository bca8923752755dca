"""Write verbs of the two States of a match: make contact, answer, decline, say what came of it."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from ricomi_workflow.audit.commands import record
from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.locked_case import Case, delegation_facts
from ricomi_workflow.cases.queries import get_case
from ricomi_workflow.cases.rows import lock_case
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.definitions.library import kinds_catalogued_as
from ricomi_workflow.definitions.model import RecordType
from ricomi_workflow.identity.delegations import current_rights
from ricomi_workflow.identity.queries import list_holders
from ricomi_workflow.kernel.actors import Actor, Role
from ricomi_workflow.kernel.canonical import Json, digest
from ricomi_workflow.kernel.errors import FieldError, Forbidden, Invalid, NotFound, Refusal, Refused
from ricomi_workflow.matching.models import match, match_digest, match_event
from ricomi_workflow.matching.queries import (
    Match,
    MatchedCase,
    get_match,
    is_muted,
    obstacle_to_contact,
)
from ricomi_workflow.matching.rules import ALLOWED_FROM, Outcome, Step
from ricomi_workflow.messaging.commands import enqueue

LONGEST_TEXT = 2000


@dataclass(frozen=True, slots=True)
class LockedMatch:
    """A match whose two cases are locked, and the one who acts for one of its States, if any."""

    match: Match
    need: Case
    offer: Case
    actor: Actor | None = None
    own: MatchedCase | None = None

    @property
    def country(self) -> str | None:
        """The State for which the actor acts; None: the system."""
        return self.own.country if self.own else None

    @property
    def notified(self) -> tuple[MatchedCase, ...]:
        """The sides whose States have not done it themselves."""
        return (self.match.other(self.own),) if self.own else (self.match.need, self.match.offer)


def contact(tx: Tx, services: Services, need: str, offer: str, words: str) -> None:
    """Write to the other State of a match: the first step, from either side.

    Raises `NotFound` for whoever is no focal point of either, `Refused` when contact was made or
    the match may not begin (stale, full, over), `Invalid` without words.
    """
    at = _stand(tx, need, offer, Step.CONTACTED)
    today = services.calendar.local_day(tx.now)
    if code := obstacle_to_contact(tx.connection, services.library, at.match, tx.now, today):
        raise Refused([Refusal(f"match_{code}")])
    record_step(
        tx, services, at, Step.CONTACTED, _required_text(words, "words"), started_by=at.country
    )


def answer(tx: Tx, services: Services, need: str, offer: str, words: str) -> None:
    """Answer the State that made contact; only the other one may.

    Raises as `contact` does, and `Refused` for the State that waits for the answer.
    """
    at = _stand(tx, need, offer, Step.ANSWERED)
    if at.country == at.match.started_by:
        raise Refused([Refusal("match_waits_for_other", {"country": at.notified[0].country})])
    record_step(tx, services, at, Step.ANSWERED, _required_text(words, "words"))


def decline(tx: Tx, services: Services, need: str, offer: str, reason: str) -> None:
    """Say for one of the States that nothing will come of a match, and why.

    Raises `NotFound`, `Refused` after the end, `Invalid` without a reason.
    """
    at = _stand(tx, need, offer, Step.DECLINED)
    record_step(tx, services, at, Step.DECLINED, _required_text(reason, "reason"))


def conclude(
    tx: Tx,
    services: Services,
    need: str,
    offer: str,
    *,
    outcome: str,
    request: str = "",
    words: str = "",
) -> None:
    """Say what came of a contact that was answered: a request, an exchange, or nothing.

    `request`: the reference of the request of the State that asked. Raises `NotFound`, `Refused`
    before an answer, `Invalid` for another outcome, a request that is none of that State or that
    the actor may not read, or nothing without its reason.
    """
    at = _stand(tx, need, offer, Step.CONCLUDED)
    if not outcome:
        raise Invalid([FieldError("outcome", "required")])
    if outcome not in set(Outcome):
        raise Invalid([FieldError("outcome", "not_an_option", {"value": outcome})])
    came = Outcome(outcome)
    said = words.strip()
    if came is Outcome.NOTHING_CAME or len(said) > LONGEST_TEXT:
        said = _required_text(words, "words")
    ref = None
    if came is Outcome.REQUEST_OPENED:
        ref = _request(tx, services, at, request.strip())
    record_step(tx, services, at, Step.CONCLUDED, said, outcome=came.value, request_ref=ref)


def set_weekly_summary(tx: Tx, *, muted: bool) -> None:
    """Let the actor be sent the weekly summary, or not."""
    if tx.actor.user_id is None:
        raise Forbidden("mute")
    key = {"user_id": tx.actor.user_id}
    known = select(match_digest.c.week).where(match_digest.c.user_id == tx.actor.user_id)
    if tx.connection.execute(known).first() is None:
        tx.insert(match_digest, {**key, "week": "", "muted": muted})
    elif is_muted(tx.connection, tx.actor.user_id) != muted:
        tx.change(match_digest, key, muted=muted)


def record_step(
    tx: Tx, services: Services, at: LockedMatch, step: Step, words: str = "", **changes: Json
) -> None:
    """Write the next event of a match, and tell the States that have not done it themselves.

    `changes`: the columns of the match that it changes besides.
    """
    number = at.match.number + 1
    key = {"need_id": at.need.id, "offer_id": at.offer.id}
    tx.change(match, key, step=step.value, number=number, changed_at=tx.now, **changes)
    came: dict[str, Json] = {
        "outcome": changes.get("outcome"),
        "request": changes.get("request_ref", at.match.request_ref),
    }
    facts: dict[str, Json] = {"country": at.country, "words": words}
    write_event(tx, at.need, at.offer, number, step, by=at.actor, **facts, **came)
    today = services.calendar.local_day(tx.now)
    message = f"match_{step}" if at.own else "match_completed"
    said: dict[str, Json] = {"words": words, "page": page_path(at.match)}
    said |= {name: fact or "" for name, fact in came.items()}
    for own in at.notified:
        notify_state(tx, today, message, own, at.match.other(own), **said)


def write_event(
    tx: Tx, need: Case, offer: Case, number: int, step: Step, *, by: Actor | None, **facts: Json
) -> None:
    """Write one event of a match and the entries of both trails; both cases are locked.

    `facts`: `country`, `words`, `points`, `reasons`, `outcome`, `request`, as far as they apply.
    """
    country, words = facts.pop("country", None), str(facts.pop("words", ""))
    office = f"{Role.FOCAL_POINT}:{country}" if by else "system"
    kept = {name: fact for name, fact in facts.items() if fact is not None}
    if words:
        kept["words"] = text_digest(words)
    seqs = []
    for own, other in ((need, offer), (offer, need)):
        detail = {**kept, "other": other.ref, "country": other.country}
        seqs.append(
            record(
                tx,
                own,
                f"match.{step}",
                office=office,
                actor_id=by.user_id if by else None,
                detail={**detail, **(delegation_facts(by) if by else {})},
            )
        )
    row: dict[str, object] = {
        "need_id": need.id,
        "offer_id": offer.id,
        "number": number,
        "step": step.value,
    }
    row |= {"at": tx.now, "country": country, "office": office, "words": words}
    row |= {"outcome": facts.get("outcome")}
    row |= {"actor_id": by.user_id if by else None, "need_seq": seqs[0], "offer_seq": seqs[1]}
    tx.insert(match_event, row)


def text_digest(words: str) -> str:
    """What the trails keep of words that only the two States may read."""
    return hashlib.sha256(words.encode()).hexdigest()


def reasons_digest(parts: list[Json]) -> str:
    """What the trails keep of the reasons for which two entries were brought together."""
    return digest(parts)


def lock_cases(tx: Tx, need: str, offer: str) -> tuple[Case, Case]:
    """Both cases of a match, locked in one order everywhere, so that no two acts wait crosswise."""
    found = {ref: lock_case(tx.driver, ref) for ref in sorted((need, offer))}
    one, other = found[need], found[offer]
    if one is None or other is None:
        raise NotFound("match", f"{need}/{offer}")
    return one, other


def notify_state(
    tx: Tx, today: date, message: str, own: MatchedCase, other: MatchedCase, **params: Json
) -> int:
    """Tell the focal points of the State of `own` something about a match; answer how many."""
    notified = list_holders(tx.driver, today, [(Role.FOCAL_POINT, own.country)])
    facts: dict[str, Json] = {
        "ref": own.ref,
        "title": dict(own.title),
        "other": other.ref,
        "other_title": dict(other.title),
        "country": other.country,
        **params,
    }
    return enqueue(tx, message, notified, params=facts, case_id=own.case_id)


def page_path(of: Match) -> str:
    """The page of a match below a language."""
    return f"pairs/{of.need.ref}/{of.offer.ref}"


def _stand(tx: Tx, need: str, offer: str, step: Step) -> LockedMatch:
    """The match, locked, and for which of its States the actor may take `step`."""
    one, other = lock_cases(tx, need, offer)
    found = get_match(tx.connection, need, offer)
    actor, own = _acting(tx, found, (one, other))
    if found.step not in ALLOWED_FROM[step]:
        raise Refused([Refusal(f"match_is_{found.step}")])
    return LockedMatch(found, one, other, actor, own)


def _acting(tx: Tx, found: Match, cases: tuple[Case, Case]) -> tuple[Actor, MatchedCase]:
    """In which capacity, and for which State, the actor acts: for the one that is waited for."""
    rights = current_rights(tx)
    able = [
        (actor, own)
        for case, own in zip(cases, (found.need, found.offer), strict=True)
        for actor in rights.capacities(case.kind, case.ref)
        if case.country in actor.countries(Role.FOCAL_POINT)
    ]
    if not able:
        raise NotFound("match", f"{found.need.ref}/{found.offer.ref}")
    return next((each for each in able if each[1].country in found.waits_for), able[0])


def _required_text(words: str, field: str) -> str:
    said = words.strip()
    if not said:
        raise Invalid([FieldError(field, "required")])
    if len(said) > LONGEST_TEXT:
        facts = {"limit": LONGEST_TEXT, "found": len(said)}
        raise Invalid([FieldError(field, "too_long", facts)])
    return said


def _request(tx: Tx, services: Services, at: LockedMatch, ref: str) -> str:
    """The reference of a request of the State that asked, which the actor may read.

    Raises `Invalid`, alike for one that there is not and for one that others keep to themselves.
    """
    with suppress(NotFound):
        found = get_case(tx.connection, services, tx.actor, ref)
        projects = kinds_catalogued_as(services.library, RecordType.PROJECT)
        if found.kind in projects and found.country == at.need.country:
            return ref
    raise Invalid([FieldError("request", "no_request_of", {"country": at.need.country})])
