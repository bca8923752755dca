"""Ballots whose positions are kept back: what is written, and who learns what, when."""

from collections.abc import Mapping
from typing import cast

import pytest
from sqlalchemy import Engine, select, text

from ricomi_workflow.audit.commands import record
from ricomi_workflow.audit.queries import verify_trails
from ricomi_workflow.ballots.ballot_lists import list_open_ballots
from ricomi_workflow.ballots.commands import preview_vote
from ricomi_workflow.ballots.models import vote
from ricomi_workflow.ballots.rules import Outcome, Position, Tally
from ricomi_workflow.ballots.trail_check import check_trail
from ricomi_workflow.ballots.votes import vote_commitment
from ricomi_workflow.cases.commands import act_on, lock
from ricomi_workflow.kernel.actors import SYSTEM
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import Invalid, Refused
from tests.audit.test_witnesses import without_triggers
from tests.ballots.test_bypass import REFUSALS
from tests.support.committee import VOTERS, World

SEALED = pytest.mark.parametrize("secrecy", ["until_close", "secret"])


def sealed(engine: Engine, secrecy: str) -> World:
    world = World(engine)
    world.ask(secrecy=secrecy)
    return world


@SEALED
def test_the_trail_holds_a_slip_and_no_position(engine: Engine, secrecy: str) -> None:
    world = sealed(engine, secrecy)
    world.vote("AR", "against")
    entry = world.trail()[-1]
    assert entry.detail.keys() == {"ballot", "country", "slip", "content"}
    assert "against" not in str(entry)


@SEALED
def test_nobody_but_the_state_itself_learns_its_position_while_it_is_open(
    engine: Engine, secrecy: str
) -> None:
    world = sealed(engine, secrecy)
    world.vote("AR", "against")
    for reader in ((), ("BR",), ("BR", "CL")):
        seen = world.view(None, *reader)
        seat = seen.seat("AR")
        assert seat is not None
        assert seat.vote is not None
        assert (seen.tally, seen.missing, seen.answered, seen.sealed) == (None, None, 1, True)
        assert (seat.vote.position, seat.vote.explanation, seat.vote.sealed) == (None, None, True)
        assert seen.silent == ("BR", "CL", "HN")
    own = world.view(None, "AR").history[-1]
    assert (own.position, own.sealed) == (Position.AGAINST, False)


@SEALED
def test_the_dashboard_tells_no_figure_but_how_many_answered(engine: Engine, secrecy: str) -> None:
    world = sealed(engine, secrecy)
    world.vote("AR", "against")
    world.vote("BR", "in_favour")
    with world.services.uow.read() as connection:
        (line,) = list_open_ballots(connection, ["BR", "CL"])
    assert (line.tally, line.missing, line.answered) == (None, None, 2)
    assert line.own == {"BR": Position.IN_FAVOUR, "CL": None}


@SEALED
def test_the_look_ahead_tells_the_voter_no_figure_either(engine: Engine, secrecy: str) -> None:
    world = sealed(engine, secrecy)
    world.vote("AR", "against")
    with world.services.uow.look(world.people["delegate CL"]) as tx:
        would = preview_vote(tx, world.case(), "CL", "in_favour")
    assert (would.before, would.after, would.missing, would.decides) == (None, None, None, None)


@SEALED
def test_it_waits_for_its_closing_time_even_when_every_state_has_answered(
    engine: Engine, secrecy: str
) -> None:
    world = sealed(engine, secrecy)
    for country in VOTERS:
        assert world.vote(country, "in_favour").decided is None
    assert world.case().state == "vote"
    assert world.close() is None
    world.later(days=30)
    assert world.close() is Outcome.CARRIED
    assert world.view().tally == Tally(4, 4)
    assert world.faults() == []


def test_its_slips_are_opened_when_it_is_decided(engine: Engine) -> None:
    world = sealed(engine, "until_close")
    world.vote("AR", "against", explanation="Too dear.")
    world.vote("BR", "in_favour")
    world.vote("BR", "abstain")
    slips = {e.seq: e.detail["slip"] for e in world.trail() if "slip" in e.detail}
    world.later(days=30)
    world.close()
    opened = cast("list[Mapping[str, Json]]", world.trail()[-1].detail["opened"])
    assert [(each["country"], each["position"]) for each in opened] == [
        ("AR", "against"),
        ("BR", "abstain"),
    ]
    for each in opened:
        said = {name: each[name] for name in ("position", "explanation")}
        made = vote_commitment(f"{world.ref}/1", str(each["nonce"]), said, str(each["country"]))
        assert made == slips[cast("int", each["number"])]
    first, replaced, last = world.view().history
    assert (first.position, first.explanation) == (Position.AGAINST, "Too dear.")
    assert (replaced.position, replaced.sealed) == (None, True)  # what was changed stays sealed
    assert last.position is Position.ABSTAIN


def test_a_secret_one_tells_figures_when_it_is_decided_and_never_who(engine: Engine) -> None:
    world = sealed(engine, "secret")
    for country in VOTERS:
        world.vote(country, "against" if country == "AR" else "in_favour")
    world.later(days=30)
    assert world.close() is Outcome.CARRIED
    seen = world.view()
    assert seen.tally == Tally(4, 3, 1)
    assert {v.position for v in seen.history} == {None}
    assert "opened" not in world.trail()[-1].detail
    assert world.view(None, "AR").history[0].position is Position.AGAINST


@SEALED
@pytest.mark.parametrize("ending", ["recall", "to_meeting", "defer"])
def test_what_was_never_decided_stays_sealed(engine: Engine, secrecy: str, ending: str) -> None:
    world = sealed(engine, secrecy)
    world.vote("AR", "against")
    world.fire("chair", ending, reason="The text is to change.")
    seen = world.view()
    assert seen.tally is None
    assert seen.history[0].position is None
    closing = world.trail()[-1].detail
    assert "opened" not in closing
    assert cast("Mapping[str, Json]", closing["tally"])["against"] == 0
    assert world.faults() == []


@pytest.mark.parametrize("given", [{"explanation": "Why."}, {"reservation": "But."}])
def test_a_secret_one_takes_no_words(engine: Engine, given: dict[str, str]) -> None:
    world = sealed(engine, "secret")
    with pytest.raises(Invalid) as caught:
        world.vote("AR", "in_favour", **given)
    assert [each.code for each in caught.value.fields] == ["secret_has_no_text"]
    with pytest.raises(Invalid):
        world.vote("AR", "with_reservations")


@SEALED
def test_the_secretariat_records_nothing_in_it(engine: Engine, secrecy: str) -> None:
    world = sealed(engine, secrecy)
    with pytest.raises(Refused) as caught:
        world.record("AR", "in_favour")
    assert [each.code for each in caught.value.refusals] == ["sealed_answered_in_person"]


@SEALED
def test_a_guard_that_refuses_tells_no_figure(engine: Engine, secrecy: str) -> None:
    world = sealed(engine, secrecy)
    world.vote("AR", "against")
    with world.services.uow.look(SYSTEM) as tx:
        act = act_on(tx, world.services, world.case(), SYSTEM)
        with pytest.raises(Refused) as caught:
            world.services.process(act.case).fire(act, "decide")
    assert all(each.params.keys() == {"closes_at"} for each in caught.value.refusals)


@pytest.mark.parametrize("way", ["roll_call", "consensus", "silence"])
def test_only_an_electronic_ballot_can_be_sealed(engine: Engine, way: str) -> None:
    world = World(engine)
    with pytest.raises(Refused) as caught:
        world.ask(secrecy="secret", way=way)
    assert "sealed_needs_window" in [each.code for each in caught.value.refusals]


@SEALED
@pytest.mark.parametrize(
    ("slip", "told", "refusal"),
    [
        (None, {"slip": "a" * 64}, "vote_without_slip"),
        ("a" * 64, {"slip": "b" * 64}, "vote_is_told"),
        ("a" * 64, {"slip": "a" * 64, "position": "against"}, "vote_is_told"),
    ],
)
def test_the_database_takes_no_open_vote_in_it(
    engine: Engine, secrecy: str, slip: str | None, told: dict[str, Json], refusal: str
) -> None:
    world = sealed(engine, secrecy)
    sealing = {"slip": slip, "nonce": "n" if slip else None}
    with pytest.raises(REFUSALS, match=refusal):
        forge(world, told, sealing)


def forge(world: World, told: dict[str, Json], sealing: Mapping[str, object]) -> None:
    """Write a vote of a state past the verb, with this in the trail and that in its row."""
    key = world.view().ballot.id
    row = {"ballot_id": key, "country": "AR", "position": "against", "on_behalf": False}
    with world.act("delegate AR") as tx:
        case = lock(tx, world.services, world.ref)
        by = tx.actor.user_id
        seq = record(tx, case, "ballot.vote_cast", office="forged", actor_id=by, detail=told)
        who = {"actor_id": by, "office": "forged", "at": tx.now, "seq": seq}
        tx.insert(vote, {**row, **sealing, **who})


@SEALED
@pytest.mark.parametrize("column", ["position", "nonce", "country"])
def test_the_verifier_notices_a_changed_position(engine: Engine, secrecy: str, column: str) -> None:
    world = sealed(engine, secrecy)
    seq = world.vote("AR", "against").seq
    assert world.faults() == []
    other = {"position": "abstain", "nonce": "0" * 64, "country": "BR"}[column]
    with without_triggers(engine) as connection:
        connection.execute(text(f'UPDATE vote SET "{column}" = :other'), {"other": other})
        (fault,) = [found for found in verify_trails(connection, (check_trail,)) if found]
    assert (fault.seq, fault.why) == (seq, "vote")


def test_two_answers_alike_have_unlike_slips(engine: Engine) -> None:
    world = sealed(engine, "secret")
    for country in ("AR", "BR"):
        world.vote(country, "in_favour")
    with world.services.uow.read() as connection:
        slips = connection.execute(select(vote.c.slip)).scalars().all()
    assert len(set(slips)) == len(slips) == 2
