"""A checkpoint stands for every chain, shows what it covers, and tells what was cut off."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from ricomi_workflow.audit.checkpoints import (
    find_faulty_checkpoints,
    list_checkpoints,
    make_checkpoint,
    prove_entry,
)
from ricomi_workflow.audit.rules import leaf_digest, proof, root
from ricomi_workflow.kernel.actors import SYSTEM
from ricomi_workflow.messaging.queries import list_inbox
from ricomi_workflow.worker.jobs import make_daily_checkpoint
from tests.support.committee import World
from verifier.verify_decision import root_by

leaves = st.lists(st.text(max_size=4), min_size=1, max_size=40, unique=True)


def no_pins(*_: object) -> tuple[()]:
    """Nothing besides the heads."""
    return ()


@given(leaves, st.data())
def test_every_leaf_is_proven_as_the_verifier_reckons_it(
    texts: list[str], data: st.DataObject
) -> None:
    text = data.draw(st.sampled_from(texts))
    shown = proof(texts, text)
    assert root_by(leaf_digest(text), shown.index, shown.size, shown.path) == root(texts)
    if shown.path:
        assert root_by(leaf_digest(text + "x"), shown.index, shown.size, shown.path) != root(texts)


def test_a_checkpoint_covers_the_cases_that_moved_and_names_the_one_before(engine: Engine) -> None:
    world = World(engine)
    world.ask()
    world.later(days=3)
    with world.services.uow.begin(SYSTEM) as tx:
        first = make_checkpoint(tx, no_pins)
    world.later(days=3)
    with world.services.uow.begin(SYSTEM) as tx:
        second = make_checkpoint(tx, no_pins)
    case = world.case()
    with world.services.uow.read() as connection:
        assert list_checkpoints(connection) == [second, first]
        shown = prove_entry(connection, (case.ref, case.version, case.head), case.updated_at)
        assert list(find_faulty_checkpoints(connection)) == []
    assert (first.size, second.size, second.prev) == (1, 0, first.digest)
    assert shown is not None
    assert (shown[0], shown[1]) == (first, f"{case.ref} {case.version} {case.head}")


def test_the_first_of_a_month_is_mailed_to_those_who_may_hold_it_against_us(
    sqlite_engine: Engine,
) -> None:
    """So that a past written anew contradicts what the States hold already (N9)."""
    world, told = World(sqlite_engine), []
    for days in (0, 0, 1, 40, 1):
        world.later(days=days)
        make_daily_checkpoint(world.services)
        told.append(len(world.told("checkpoint_kept")))
    assert told == [1, 1, 1, 2, 2]
    assert world.told("checkpoint_kept") == ["focal point"] * 2
    reader = world.people["focal point"].user_id
    assert reader is not None
    with world.services.uow.read() as connection:
        made = {each.number: each.digest for each in list_checkpoints(connection)}
        mails = list_inbox(connection, reader)
    assert sorted(made) == [1, 2, 3, 4]
    said = [(mail.params["number"], mail.params["digest"]) for mail in mails]
    assert said == [(number, made[number]) for number in (3, 1)]


def test_an_entry_that_was_cut_off_is_missed_by_its_checkpoint(sqlite_engine: Engine) -> None:
    world = World(sqlite_engine)
    world.ask()
    world.later(seconds=timedelta(hours=1).total_seconds())
    with world.services.uow.begin(SYSTEM) as tx:
        make_checkpoint(tx, no_pins)
    with sqlite_engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_entry_no_delete")
        connection.exec_driver_sql(
            "DELETE FROM audit_entry WHERE seq = (SELECT max(seq) FROM audit_entry)"
        )
        assert list(find_faulty_checkpoints(connection)) == [(1, "entry")]
