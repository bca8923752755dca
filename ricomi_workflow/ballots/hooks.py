"""Guards and effects that ballots offer to YAML.

Guards count the votes that are in the database: `cast_vote` writes its own before it fires.
"""

from __future__ import annotations

from ricomi_workflow.ballots.commands import STANDING, VOTERS
from ricomi_workflow.ballots.models import ballot, ballot_outcome, ballot_seat
from ricomi_workflow.ballots.queries import count_rounds
from ricomi_workflow.ballots.rows import Standing, find_standing
from ricomi_workflow.ballots.rules import Outcome
from ricomi_workflow.bodies.model import Body
from ricomi_workflow.bodies.rules import Electorate, electorate
from ricomi_workflow.cases.act import Act, Effect, Guard
from ricomi_workflow.cases.hooks import message_params, submitted
from ricomi_workflow.definitions.kinds import opening_form
from ricomi_workflow.definitions.model import WorkflowDef
from ricomi_workflow.identity.queries import holders
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.canonical import digest
from ricomi_workflow.kernel.clock import iso
from ricomi_workflow.kernel.errors import Refusal, Refused
from ricomi_workflow.kernel.ids import new_id
from ricomi_workflow.messaging.commands import enqueue


def ballot_carried(act: Act) -> Refusal | None:
    """The votes carry the motion and no further vote can change that, or the time is up."""
    return _ended_as(act, Outcome.CARRIED)


def ballot_lost(act: Act) -> Refusal | None:
    """The votes defeat the motion and no further vote can change that, or the time is up."""
    return _ended_as(act, Outcome.LOST)


def ballot_undecided(act: Act) -> Refusal | None:
    """The time is up and too few states took part for a decision."""
    return _ended_as(act, Outcome.UNDECIDED)


def ballot_still_open(act: Act) -> Refusal | None:
    """The ballot can still be taken back: nothing is decided and its closing has not come."""
    standing = _standing(act)
    if standing is None or not standing.is_open:
        return Refusal("ballot_not_open")
    if standing.decided_at(act.tx.now):
        return Refusal("already_decided", {"closes_at": iso(standing.ballot.closes_at)})
    return None


def votes_missing(act: Act) -> Refusal | None:
    """At least one state of the electorate has not voted in the open ballot."""
    refusal = ballot_still_open(act)
    if refusal:
        return refusal
    return None if waited_for(act) else Refusal("votes_complete")


def open_ballot(act: Act) -> None:
    """Open a ballot and freeze with it who is counted, the rule, and what is voted on.

    The electorate is that of the Secretariat's local day; the closing time is the end of the
    term of the state entered. Source: domain requirements 24 and 26.
    """
    _open(act, opening_form(act.services.process(act.case).workflow))


def open_reallocation_ballot(act: Act) -> None:
    """The same on a change of the budget, which is in force only if the committee carries it."""
    _open(act, "reallocation")


def _open(act: Act, form: str) -> None:
    workflow = act.services.process(act.case).workflow
    term = act.services.state(act.case).deadline
    content = submitted(act, form)
    if term is None or content is None:
        raise AssertionError("a ballot has a term and a submission to vote on")
    body = _body(act, workflow)
    day = act.services.calendar.local_day(act.tx.now)
    voters = electorate(body, act.services.reference, day)
    rule = body.rule.as_json()
    closes_at = act.services.calendar.due(act.tx.now, term.business_days)
    key, number = new_id(), count_rounds(act.tx.connection, act.case.id) + 1
    act.tx.insert(
        ballot,
        {
            "id": key,
            "case_id": act.case.id,
            "round": number,
            "seq": act.seq,
            "body": body.id,
            "opened_at": act.tx.now,
            "closes_at": closes_at,
            "rule": rule,
            "seats": len(voters.seats),
            "content_form": content.form_key,
            "content_number": content.number,
            "content_digest": content.digest,
        },
    )
    _freeze(act, key, voters)
    act.note(
        ballot=number,
        body=body.id,
        electorate=list(voters.counted),
        rule=digest(rule),
        content=content.digest,
        closes_at=iso(closes_at),
    )


def close_ballot(act: Act) -> None:
    """Record how the ballot ended, with its tally.

    Taken back by a person it is withdrawn; a ballot that is decided cannot be taken back.
    """
    standing = _standing(act)
    if standing is None or not standing.is_open:
        raise Refused([Refusal("ballot_not_open")])
    decided = standing.decided_at(act.tx.now)
    if decided and not act.by_system:
        raise Refused([Refusal("already_decided")])
    outcome = decided or Outcome.WITHDRAWN
    tally = standing.tally().as_json()
    act.tx.insert(
        ballot_outcome,
        {
            "ballot_id": standing.ballot.id,
            "outcome": outcome.value,
            "at": act.tx.now,
            "seq": act.seq,
            "tally": tally,
        },
    )
    act.note(ballot=standing.ballot.round, outcome=outcome.value, tally=tally)


def remind_voters(act: Act) -> None:
    """Remind delegates and alternates of the states that have not voted."""
    standing = _standing(act)
    if standing is None:
        return
    today = act.services.calendar.local_day(act.tx.now)
    told = holders(act.tx.driver, today, waited_for(act) or [])
    due = {"due": iso(standing.ballot.closes_at)}
    params = {**message_params(act), **due}
    sent = enqueue(act.tx, "ballot_reminder", told, params=params, case_id=act.case.id)
    act.note(reminded=list(standing.silent()), messages=sent)


def waited_for(act: Act) -> list[tuple[Role, str | None]] | None:
    """Whose votes the open ballot of the case waits for; None when no ballot is open.

    Answers the (role, state) pairs of the states that have not voted.
    """
    standing = _standing(act)
    if standing is None or not standing.is_open:
        return None
    return [(role, country) for country in standing.silent() for role in VOTERS]


def _standing(act: Act) -> Standing | None:
    return act.once(STANDING, lambda: find_standing(act.tx.driver, act.case.id))


def _ended_as(act: Act, wanted: Outcome) -> Refusal | None:
    standing = _standing(act)
    if standing is None or not standing.is_open:
        return Refusal("ballot_not_open")
    outcome = standing.decided_at(act.tx.now)
    if outcome is wanted:
        return None
    facts = {**standing.tally().as_json(), "closes_at": iso(standing.ballot.closes_at)}
    if outcome is None:
        return Refusal("ballot_open", facts)
    if wanted is Outcome.CARRIED:
        return Refusal("ballot_not_carried", facts)
    return Refusal("already_decided", {**facts, "outcome": outcome.value})


def _body(act: Act, workflow: WorkflowDef) -> Body:
    if workflow.body is None:
        raise AssertionError(f"{workflow.key} names no body that votes")
    return act.services.reference.body(workflow.body)


def _freeze(act: Act, key: int, voters: Electorate) -> None:
    for seat in voters.seats:
        act.tx.insert(
            ballot_seat,
            {
                "ballot_id": key,
                "country": seat.country,
                "counted": seat.counted,
                "reason_code": seat.reason_code,
                "params": dict(seat.params),
                "source": seat.source,
                "note": seat.note.as_dict() if seat.note else None,
                "confirmed": seat.confirmed,
            },
        )


GUARDS: dict[str, Guard] = {
    guard.__name__: guard
    for guard in (
        ballot_carried,
        ballot_lost,
        ballot_undecided,
        ballot_still_open,
        votes_missing,
    )
}
EFFECTS: dict[str, Effect] = {
    effect.__name__: effect
    for effect in (open_ballot, open_reallocation_ballot, close_ballot, remind_voters)
}
