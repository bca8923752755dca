"""Ballots drawn from a seed, held by the product, and their records as files."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import Any

from sqlalchemy import Engine, select

from ricomi_workflow.ballots.commands import cast_vote, close_if_due, record_vote, withdraw_vote
from ricomi_workflow.ballots.opening import Opening, open_case_ballot, question_content
from ricomi_workflow.ballots.votes import Evidence
from ricomi_workflow.ballots.voting_methods import Secrecy, VotingMethod
from ricomi_workflow.cases.commands import lock
from ricomi_workflow.decisions.commands import write_record
from ricomi_workflow.decisions.models import decision
from ricomi_workflow.decisions.queries import as_file, build_document, get_document
from ricomi_workflow.kernel.actors import SYSTEM
from ricomi_workflow.kernel.errors import Refused
from ricomi_workflow.reference_data.decision_rules import (
    Abstention,
    Basis,
    Blocking,
    Position,
    Recusal,
    Rule,
    Share,
    Silence,
    Tie,
)
from tests.support.committee import VOTERS, World, reference, words

QUESTION = {"es": "¿Se aprueba el orden del día?", "fr": "L’ordre du jour est-il adopté ?"}
CASTABLE = tuple(p for p in Position if p is not Position.ABSENT)
TEXTED = {Position.WITH_RESERVATIONS, Position.AGAINST}


def drawn_rule(rng: Random) -> Rule:
    """Any rule that the data may state, confirmed."""

    def share() -> Share:
        number = rng.choice((None, None, None, rng.randrange(5)))
        size = Fraction(rng.randrange(4), rng.randrange(3, 6))
        return Share(size, rng.random() < 0.5, "an article", confirmed=True, number=number)

    blocking = Blocking(tuple(rng.sample((Position.AGAINST, Position.ABSTAIN), rng.randrange(3))))
    return Rule(
        quorum_to_open=share(),
        quorum_to_decide=share(),
        threshold=share(),
        basis=rng.choice(tuple(Basis)),
        note=words("a rule"),
        abstention=rng.choice(tuple(Abstention)),
        recusal=rng.choice(tuple(Recusal)),
        blocking=replace(blocking, at_least=rng.randrange(1, 3)),
        silence=rng.choice(tuple(Silence)),
        tie=rng.choice(tuple(Tie)),
    )


def world_with_records(engine: Engine) -> World:
    """The small world, which keeps the record of every ballot."""
    world = World(engine)
    world.services = replace(world.services, record_decision=write_record)
    return world


def hold(world: World, rng: Random, rule: Rule, secrecy: Secrecy) -> None:
    """Open a ballot by `rule`, let some states answer, change and take back, and end it."""
    world.services = replace(world.services, reference=reference(rule))
    with world.act("secretariat") as tx:
        case = lock(tx, world.services, world.ref)
        asked = Opening(
            question_content(QUESTION),
            way=VotingMethod.ELECTRONIC,
            secrecy=secrecy,
            question=QUESTION,
            body="board",
            business_days=3,
        )
        open_case_ballot(tx, world.services, case, asked, actor=tx.actor, office="secretariat")
    for _ in range(rng.randrange(8)):
        world.later(seconds=rng.randrange(1, 200))
        with suppress(Refused):  # decided already, answered itself, nothing to take back
            answer(world, rng, secrecy)
    world.later(days=7)
    with world.services.uow.begin(SYSTEM) as tx:
        close_if_due(tx, world.services, lock(tx, world.services, world.ref))


def answer(world: World, rng: Random, secrecy: Secrecy) -> None:
    """One answer of a state, on paper, in person or taken back."""
    country, position = rng.choice(VOTERS), rng.choice(CASTABLE)
    if secrecy is Secrecy.SECRET and position in TEXTED:
        position = Position.IN_FAVOUR
    texts: dict[str, str | None] = {"explanation": None, "reservation": None}
    if secrecy is not Secrecy.SECRET:
        texts["explanation"] = rng.choice(("Por «razones» que constan.", "Ré\u2028ponse\t\\"))
        if position is Position.WITH_RESERVATIONS:
            texts["reservation"] = "Sin precedente."
    chance = rng.random()
    name = "secretariat" if chance < 0.15 and secrecy is Secrecy.OPEN else f"delegate {country}"
    with world.act(name) as tx:
        case = lock(tx, world.services, world.ref)
        if name == "secretariat":
            note = Evidence("Ana de Souza", name="Nota 12/26")
            record_vote(tx, world.services, case, country, position, evidence=note, **texts)
        elif chance > 0.85:
            withdraw_vote(tx, world.services, case, country)
        else:
            cast_vote(tx, world.services, case, country, position, **texts)


def every_record(world: World) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Each row of a decision with its document."""
    with world.services.uow.read() as connection:
        for row in connection.execute(select(decision).order_by(decision.c.ballot_id)):
            yield row, build_document(connection, row)


def newest_file(world: World) -> bytes:
    """The record of the newest ballot of the case in hand, as it is handed out."""
    with world.services.uow.read() as connection:
        return as_file(get_document(connection, world.ref, practice=True))
