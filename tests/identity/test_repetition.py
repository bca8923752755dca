from datetime import timedelta
from threading import Barrier, Thread

import pytest

from ricomi_workflow.db.uow import UnitOfWork
from ricomi_workflow.identity.commands import add_user
from ricomi_workflow.identity.tokens import (
    Answer,
    delete_old_answers,
    find_answer,
    request_digest,
    store_answer,
)
from ricomi_workflow.kernel.actors import SYSTEM, Actor, Grant, Role
from ricomi_workflow.kernel.clock import FrozenClock
from ricomi_workflow.kernel.errors import Conflict, Invalid, Refused

ANA = Actor(1, "Ana", grants=frozenset({Grant(Role.FOCAL_POINT, "PY")}))
REQUEST = request_digest(ANA, "POST", "/api/v1/cases", b"{}")
OTHER = request_digest(ANA, "POST", "/api/v1/cases", b'{"country": "PY"}')


@pytest.fixture
def ana(uow: UnitOfWork) -> Actor:
    """Somebody whose program sends requests."""
    with uow.begin(SYSTEM) as tx:
        return Actor(add_user(tx, "ana@migraciones.gov.py", "Ana"), "Ana")


def test_the_same_request_of_another_office_is_another_one() -> None:
    chile = Actor(1, "Ana", grants=frozenset({Grant(Role.FOCAL_POINT, "CL")}))
    assert request_digest(chile, "POST", "/api/v1/cases", b"{}") != REQUEST
    assert request_digest(ANA, "POST", "/api/v1/cases", b"{}") == REQUEST


def test_a_repeated_request_gets_the_stored_answer(uow: UnitOfWork, ana: Actor) -> None:
    answer = Answer(201, '{"ref": "RICOMI-2026-0001"}', "es")
    with uow.begin(ana) as tx:
        assert find_answer(tx, "key", REQUEST) is None
        store_answer(tx, "key", REQUEST, answer)
    with uow.begin(ana) as tx:
        assert find_answer(tx, "key", REQUEST) == answer
    with uow.begin(Actor(1, "Somebody else")) as tx:
        assert find_answer(tx, "key", REQUEST) is None


def test_a_key_used_for_another_request_is_refused(uow: UnitOfWork, ana: Actor) -> None:
    with uow.begin(ana) as tx:
        store_answer(tx, "key", REQUEST, Answer(200, "", "es"))
    with pytest.raises(Invalid, match="idempotency_key_reused"), uow.begin(ana) as tx:
        find_answer(tx, "key", OTHER)


@pytest.mark.parametrize("key", ["", "k" * 81, "a\nb"])
def test_a_key_is_short_and_printable(uow: UnitOfWork, ana: Actor, key: str) -> None:
    with pytest.raises(Invalid, match="idempotency_key"), uow.begin(ana) as tx:
        find_answer(tx, key, REQUEST)


def test_an_act_that_fails_keeps_no_answer(uow: UnitOfWork, ana: Actor) -> None:
    def act() -> None:
        with uow.begin(ana) as tx:
            store_answer(tx, "key", REQUEST, Answer(200, "", "es"))
            raise Conflict

    with pytest.raises(Conflict):
        act()
    with uow.begin(ana) as tx:
        assert find_answer(tx, "key", REQUEST) is None


def test_the_same_key_at_once_acts_once(uow: UnitOfWork, ana: Actor) -> None:
    """PostgreSQL refuses the second; SQLite lets it wait and repeats the answer."""
    inside = Barrier(2, timeout=10)
    outcomes: list[Answer | str | None] = []

    def first() -> None:
        with uow.begin(ana) as tx:
            assert find_answer(tx, "key", REQUEST) is None
            inside.wait()
            store_answer(tx, "key", REQUEST, Answer(200, "first", "es"))
            if uow.engine.dialect.name == "postgresql":
                inside.wait()

    def second() -> None:
        inside.wait()
        try:
            with uow.begin(ana) as tx:
                outcomes.append(find_answer(tx, "key", REQUEST))
        except Refused as error:
            outcomes.append(error.refusals[0].code)
        if uow.engine.dialect.name == "postgresql":
            inside.wait()

    threads = [Thread(target=first), Thread(target=second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    waits = uow.engine.dialect.name == "sqlite"
    assert outcomes == [Answer(200, "first", "es") if waits else "idempotency_under_way"]


def test_answers_are_forgotten_after_a_day(uow: UnitOfWork, clock: FrozenClock, ana: Actor) -> None:
    with uow.begin(ana) as tx:
        store_answer(tx, "key", REQUEST, Answer(200, "", "es"))
    clock.advance(timedelta(days=1, seconds=1))
    with uow.begin(SYSTEM) as tx:
        assert delete_old_answers(tx) == 1
