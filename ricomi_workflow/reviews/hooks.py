"""Guards and effects of reviews and of the ranking of a call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ricomi_workflow.calls.hooks import find_call_of_request, find_own_call
from ricomi_workflow.cases.act import Act, Effect, Guard
from ricomi_workflow.kernel.canonical import Json, digest
from ricomi_workflow.kernel.errors import Refusal, Refused
from ricomi_workflow.reviews.models import call_ranking, ranking_adoption
from ricomi_workflow.reviews.ranking_documents import (
    CallRequest,
    FrozenRanking,
    find_adopted_ranking,
    find_latest_ranking,
    list_call_requests,
    rank_requests,
    ranking_document,
)
from ricomi_workflow.reviews.rows import (
    Review,
    Status,
    list_eligible_reviewers,
    reviews_by_case,
    scheme_of,
)
from ricomi_workflow.reviews.rules import Position

if TYPE_CHECKING:
    from collections.abc import Mapping


def reviewers_assigned(act: Act) -> Refusal | None:
    """As many reviewers as the call or the reference asks for are at work, besides the recused."""
    needed = scheme_of(find_call_of_request(act)).minimum
    there = sum(each.status.counts for each in case_reviews(act))
    return None if there >= needed else Refusal("reviewers_missing", {"n": needed, "there": there})


def reviews_complete(act: Act) -> Refusal | None:
    """Every reviewer asked has scored the present request, and they are enough."""
    found = case_reviews(act)
    needed = scheme_of(find_call_of_request(act)).minimum
    done = sum(each.status is Status.SCORED for each in found)
    waiting = sum(each.status.counts for each in found) - done
    if waiting or done < needed:
        return Refusal("reviews_missing", {"n": needed, "there": done, "waiting": waiting})
    return None


def reviewers_too_few(act: Act) -> Refusal | None:
    """Those at work and those who may still be asked are fewer than the reviews needed."""
    needed = scheme_of(find_call_of_request(act)).minimum
    found = case_reviews(act)
    asked = {each.user_id for each in found}
    today = act.services.calendar.local_day(act.tx.now)
    free = list_eligible_reviewers(act.tx.driver, act.case, today).keys() - asked
    there = sum(each.status.counts for each in found) + len(free)
    return Refusal("reviewers_enough", {"n": needed, "there": there}) if there >= needed else None


def ranking_ready(act: Act) -> Refusal | None:
    """Every request that stands in the call is fully reviewed."""
    if find_own_call(act) is None:
        return Refusal("call_not_announced")
    open_ = sorted(each.ref for each in _requests(act) if not each.complete)
    return Refusal("ranking_not_ready", {"refs": tuple(open_)}) if open_ else None


def ranking_frozen(act: Act) -> Refusal | None:
    """The ranking is frozen, and not adopted yet."""
    found = _latest(act)
    if found is None:
        return Refusal("ranking_missing")
    return Refusal("ranking_adopted_already") if found.adopted_at else None


def ranking_adopted(act: Act) -> Refusal | None:
    """The last frozen ranking is adopted."""
    found = _latest(act)
    if found is None:
        return Refusal("ranking_missing")
    return None if found.adopted_at else Refusal("ranking_not_adopted")


def below_the_line(act: Act) -> Refusal | None:
    """The adopted ranking of its call leaves the request below the line."""
    of = find_call_of_request(act)
    if of is None:
        return Refusal("no_call")
    standing = _standing(act)
    if standing is None:
        return Refusal("not_ranked", {"number": of.terms.number})
    return None if standing is Position.BELOW else Refusal("not_below_line")


def reached_by_call(act: Act) -> Refusal | None:
    """The request belongs to no call, or the adopted ranking does not leave it below the line."""
    of = find_call_of_request(act)
    if of is None:
        return None
    standing = _standing(act)
    if standing is None:
        return Refusal("not_ranked", {"number": of.terms.number})
    if standing in {Position.ABOVE, Position.TIED}:
        return None
    return Refusal("stands_below_line", {"number": of.terms.number})


def freeze_ranking(act: Act) -> None:
    """Freeze the ranking of the call as a document; the trail keeps its digest."""
    own = find_own_call(act)
    if own is None:
        raise Refused([Refusal("call_not_announced")])
    requests = _requests(act)
    content = ranking_document(own, requests, rank_requests(own, requests))
    last = _latest(act)
    number = (last.number if last else 0) + 1
    sealed = digest(content)
    act.tx.insert(
        call_ranking,
        {
            "case_id": act.case.id,
            "number": number,
            "content": content,
            "digest": sealed,
            "by": act.actor.user_id,
            "at": act.tx.now,
            "seq": act.seq,
        },
    )
    act.note(ranking=number, ranking_digest=sealed, ranked=len(requests))


def adopt_ranking(act: Act) -> None:
    """Adopt the frozen ranking for the committee."""
    found = _latest(act)
    if found is None or found.adopted_at:
        raise Refused([Refusal("ranking_missing")])
    act.tx.insert(
        ranking_adoption,
        {
            "case_id": act.case.id,
            "number": found.number,
            "by": act.actor.user_id,
            "at": act.tx.now,
            "seq": act.seq,
        },
    )
    act.note(ranking_adopted=found.number, ranking_digest=found.digest)


def note_ranking_place(act: Act) -> None:
    """Keep with the refusal where the request stands in the adopted ranking, for all to read."""
    line = _line(act)
    if line is not None:
        kept = ("place", "score", "asked", "standing", "passed_over")
        facts: dict[str, Json] = {name: line[name] for name in kept}
        act.note(place_in_call=facts)


def case_reviews(act: Act) -> list[Review]:
    """The reviews of the case, read once an act."""
    return act.once(
        "reviews",
        lambda: reviews_by_case(act.tx.connection, act.services, [act.case.id]).get(
            act.case.id, []
        ),
    )


def _requests(act: Act) -> list[CallRequest]:
    own = find_own_call(act)
    if own is None:
        return []
    return act.once(
        "requests of call", lambda: list_call_requests(act.tx.connection, act.services, own)
    )


def _latest(act: Act) -> FrozenRanking | None:
    return act.once("ranking", lambda: find_latest_ranking(act.tx.connection, act.case.id))


def _line(act: Act) -> Mapping[str, Json] | None:
    of = find_call_of_request(act)
    if of is None:
        return None
    found = act.once("ranking of call", lambda: find_adopted_ranking(act.tx.connection, of.id))
    return found.line_of(act.case.ref) if found else None


def _standing(act: Act) -> Position | None:
    line = _line(act)
    return Position(str(line["standing"])) if line else None


GUARDS: dict[str, Guard] = {
    guard.__name__: guard
    for guard in (
        reviewers_assigned,
        reviews_complete,
        reviewers_too_few,
        ranking_ready,
        ranking_frozen,
        ranking_adopted,
        below_the_line,
        reached_by_call,
    )
}
EFFECTS: dict[str, Effect] = {
    effect.__name__: effect for effect in (freeze_ranking, adopt_ranking, note_ranking_place)
}
