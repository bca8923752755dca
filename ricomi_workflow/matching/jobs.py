"""The worker's verbs: find what goes together and tell both sides, and sum up the week."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, or_, select, text

from ricomi_workflow.cases.act import Services
from ricomi_workflow.catalogue.entry_types import has_status, open_statuses
from ricomi_workflow.catalogue.models import catalogue_entry, catalogue_facet
from ricomi_workflow.db.schema import UtcDateTime
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.definitions.library import Library, kinds_catalogued_as
from ricomi_workflow.identity.queries import Holder, list_holders
from ricomi_workflow.kernel.actors import SYSTEM, Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import Conflict
from ricomi_workflow.matching.candidates import Suggestion, find_candidates, suggest_matches
from ricomi_workflow.matching.commands import (
    lock_cases,
    notify_state,
    page_path,
    reasons_digest,
    write_event,
)
from ricomi_workflow.matching.models import match, match_scan
from ricomi_workflow.matching.queries import Match, count_matches, get_match, is_known, list_matches
from ricomi_workflow.matching.rules import (
    NEED,
    RECORD_TYPES,
    Candidate,
    Score,
    Step,
    score,
    weights,
)
from ricomi_workflow.messaging.commands import enqueue

if TYPE_CHECKING:
    from sqlalchemy import Connection

_BATCH = 50
_WEEK = timedelta(days=7)
_LISTED = 10  # so many matches at most in a summary
_SEEN = text(
    "INSERT INTO match_scan (case_id, seen) VALUES (:case_id, :seen)"
    " ON CONFLICT (case_id) DO UPDATE SET seen = excluded.seen"
).bindparams(bindparam("seen", type_=UtcDateTime))
# Only one of two workers gets the row back, and only once a week.
_SENT = text(
    "INSERT INTO match_digest (user_id, week, muted) VALUES (:user_id, :week, :muted)"
    " ON CONFLICT (user_id) DO UPDATE SET week = excluded.week"
    " WHERE match_digest.week <> excluded.week RETURNING muted"
)


def find_matches(services: Services) -> int:
    """Compare each need and offer that changed with the others; answer how many matches were found.

    Transaction: one for each match, under the locks of both cases, in which it is judged anew; then
    one that marks the entry as compared. What is done twice, or twice at once, tells nobody twice.
    """
    found = 0
    while True:
        with services.uow.read() as connection:
            waiting = _waiting(connection, services.library)
        for case_id, seen in waiting:
            found += sum(_propose(services, *each) for each in _proposals(services, case_id))
            with services.uow.begin(SYSTEM) as tx:
                tx.execute(_SEEN.bindparams(case_id=case_id, seen=seen))
        if len(waiting) < _BATCH:
            return found


def send_digests(services: Services) -> int:
    """Send each focal point the summary of the week, once; answer how many were sent.

    It tells of the matches that were found in the last seven days and that wait for their State.
    Where there are none, nothing is sent. Transaction: one a person.
    """
    now = services.uow.clock.now()
    today = services.calendar.local_day(now)
    with services.uow.read() as connection:
        people = list_holders(connection, today, [(Role.FOCAL_POINT, None)])
    return sum(_sum_up(services, person, iso_week(today)) for person in people)


def iso_week(day: date) -> str:
    """The week of a day as ISO 8601 names it: `2026-W48`."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def _waiting(connection: Connection, library: Library) -> list[tuple[int, object]]:
    """The open entries whose present state was not compared yet, those of long ago first."""
    entry = catalogue_entry.c
    of_kind = select(catalogue_facet.c.entry_id).where(
        catalogue_facet.c.facet == "kind",
        catalogue_facet.c.value.in_(kinds_catalogued_as(library, *RECORD_TYPES)),
    )
    rows = connection.execute(
        select(entry.entry_id, entry.changed_at)
        .outerjoin(match_scan, match_scan.c.case_id == entry.entry_id)
        .where(
            entry.entry_id.in_(of_kind),
            has_status(open_statuses(library, *RECORD_TYPES)),
            or_(match_scan.c.seen.is_(None), match_scan.c.seen != entry.changed_at),
        )
        .order_by(entry.changed_at, entry.entry_id)
        .limit(_BATCH)
    )
    return [(row.entry_id, row.changed_at) for row in rows]


def _proposals(services: Services, case_id: int) -> Iterator[tuple[str, str]]:
    """The references of needs and offers to bring together: the best that are no match yet."""
    now = services.uow.clock.now()
    today = services.calendar.local_day(now)
    with services.uow.read() as connection:
        own = find_candidates(connection, services.library, [case_id], now).get(case_id)
        if own is None:
            return
        found = suggest_matches(connection, services.library, case_id, now, today)
        found = found[: weights().notified]
        fresh = [each for each in found if not is_known(connection, *_ids(own.candidate, each))]
    for each in fresh:
        one, other = own.candidate.ref, each.listed.candidate.ref
        yield (one, other) if own.candidate.sort is NEED else (other, one)


def _ids(own: Candidate, found: Suggestion) -> tuple[int, int]:
    other = found.listed.candidate
    return (own.case_id, other.case_id) if own.sort is NEED else (other.case_id, own.case_id)


def _propose(services: Services, need: str, offer: str) -> bool:
    """Write down one match and tell both sides, if it still is one and nobody did so before."""
    try:
        with services.uow.begin(SYSTEM) as tx:
            return _write(tx, services, need, offer)
    except Conflict:  # another worker was first
        return False


def _write(tx: Tx, services: Services, need: str, offer: str) -> bool:
    cases = lock_cases(tx, need, offer)
    one, other = cases
    if is_known(tx.connection, one.id, other.id):
        return False
    today = services.calendar.local_day(tx.now)
    sides = find_candidates(tx.connection, services.library, [one.id, other.id], tx.now)
    if len(sides) < len(cases):
        return False
    made = score(sides[one.id].candidate, sides[other.id].candidate, weights(), today)
    if made is None or made.points < weights().floor:
        return False
    parts: list[Json] = [part.as_json() for part in made.reasons]
    tx.insert(
        match,
        {
            "need_id": one.id,
            "offer_id": other.id,
            "need_country": one.country,
            "offer_country": other.country,
            "points": made.points,
            "reasons": parts,
            "found_at": tx.now,
            "changed_at": tx.now,
            "step": Step.PROPOSED.value,
            "number": 1,
        },
    )
    facts: dict[str, Json] = {"points": made.points, "reasons": reasons_digest(parts)}
    write_event(tx, one, other, 1, Step.PROPOSED, by=None, **facts)
    tx.flush()  # the match is read back, so that both sides hear of it as everybody reads it
    _notify_both(tx, services, get_match(tx.connection, need, offer), made)
    return True


def _notify_both(tx: Tx, services: Services, found: Match, made: Score) -> None:
    today = services.calendar.local_day(tx.now)
    facts: dict[str, Json] = {
        "points": made.points,
        "highest": weights().highest,
        "shared": shared_labels(services, made),
        "page": page_path(found),
    }
    for own in (found.need, found.offer):
        notify_state(tx, today, "match_found", own, found.other(own), **facts)


def shared_labels(services: Services, made: Score) -> list[Json]:
    """The topics, populations and forms in common, each in every language."""
    lists = {"topics": "topics", "populations": "populations", "modality": "modalities"}
    shared = {(part.name, value) for part in made.reasons for value in part.values}
    return [
        {**option.label.as_dict()}
        for name, source in lists.items()
        for option in services.reference.options(source)
        if (name, option.value) in shared
    ]


def _sum_up(services: Services, person: Holder, week: str) -> bool:
    with services.uow.begin(SYSTEM) as tx:
        sent = _SENT.bindparams(user_id=person.user_id, week=week, muted=False)
        row = tx.execute(sent).first()
        if row is None or row[0] or person.country is None:
            return False
        country, since = person.country, tx.now - _WEEK
        new, waiting = count_matches(tx.connection, country, since)
        if not new:
            return False
        first = list_matches(
            tx.connection, [country], steps=[Step.PROPOSED], since=since, limit=_LISTED
        )
        halves = [(each.case_of([country]) or each.need, each) for each in first]
        titles: list[Json] = [dict(each.other(own).title) for own, each in halves]
        facts: dict[str, Json] = {"number": new, "titles": titles, "waiting": waiting}
        enqueue(tx, "match_digest", [person], params={**facts, "page": "pairs"})
    return True
