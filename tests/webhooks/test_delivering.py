"""From an act to a receiver: after commit, signed, once, again after a failure, never inside."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import select
from standardwebhooks.webhooks import Webhook

from ricomi_workflow.cases.commands import advance, lock, open_case
from ricomi_workflow.cases.rows import read_case
from ricomi_workflow.identity.commands import deactivate
from ricomi_workflow.kernel.actors import SYSTEM, Actor, Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.clock import FrozenClock
from ricomi_workflow.kernel.errors import Forbidden, Invalid, NotFound, Refused
from ricomi_workflow.messaging.models import message
from ricomi_workflow.webhooks import commands, queries
from ricomi_workflow.webhooks.delivery import LEASE, Counts, deliver
from ricomi_workflow.webhooks.dispatch import RecordedAct, delete_old_deliveries, dispatch_events
from ricomi_workflow.webhooks.models import webhook_delivery, webhook_event
from ricomi_workflow.webhooks.rules import EVENTS, KEPT, OVERLAP, PATIENCE, PAUSES, Outcome
from tests.support.product import Stage
from tests.support.receiving import Receiver
from tests.support.threads import at_once


@pytest.fixture
def focal(stage: Stage) -> Actor:
    return stage.the(Role.FOCAL_POINT, "PY")


@pytest.fixture
def clock(stage: Stage) -> FrozenClock:
    found = stage.services.uow.clock
    assert isinstance(found, FrozenClock)
    return found


def rounds(stage: Stage) -> Counts:
    """What the worker does at one beat."""
    dispatch_events(stage.services)
    return deliver(stage.services)


def test_what_happens_is_told_after_commit_and_signed(
    stage: Stage, receiver: Receiver, secret: str, focal: Actor
) -> None:
    ref = stage.open()
    assert rounds(stage) == Counts(delivered=1)
    (sent,) = receiver.sent
    assert sent.path == "/hook?for=ministry"
    assert sent.told["type"] == "case.changed"
    assert sent.told["data"] == {
        "ref": ref,
        "kind": "cooperation_request",
        "country": "PY",
        "trigger": "open",
        "from": None,
        "to": "draft",
        "version": 1,
        "href": f"http://127.0.0.1:8000/api/v1/cases/{ref}",
    }
    at = datetime.fromtimestamp(int(sent.headers["webhook-timestamp"]), tz=UTC)
    signed = Webhook(secret).sign(sent.headers["webhook-id"], at, sent.body.decode())
    assert sent.headers["webhook-signature"] == signed
    assert rounds(stage) == Counts()  # once

    def fail() -> None:
        with stage.services.uow.begin(focal) as tx:
            found = lock(tx, stage.services, ref)
            advance(tx, stage.services, found, "withdraw", reason="Ya no hace falta.")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert rounds(stage) == Counts()
    assert len(receiver.sent) == 1


def test_an_office_is_told_what_it_may_read_and_what_is_public_of_its_country(
    stage: Stage, receiver: Receiver, secret: str
) -> None:
    """Uruguay takes no part; the administrator is of no country."""
    assert secret
    urls = {}
    for role, country in ((Role.FOCAL_POINT, "UY"), (Role.ADMINISTRATOR, None)):
        urls[role] = f"{receiver.url}&{role}"
        with stage.services.uow.begin(stage.the(role, country)) as tx:
            wanted = commands.Subscription(None, str(role), urls[role], EVENTS)
            commands.subscribe(tx, stage.services, wanted)
    ref = stage.approved()
    while rounds(stage).total:
        pass
    told: dict[str, list[str]] = {}
    for sent in receiver.sent:
        told.setdefault(sent.path, []).append(sent.told["type"])
        assert sent.told["data"]["ref"] in {ref, f"{ref}.1"}
    own = told.pop("/hook?for=ministry")
    assert set(own) == {"case.changed", "entry.published"}
    network = told.pop(f"/hook?for=ministry&{Role.ADMINISTRATOR}")
    assert network.count("entry.published") == 2  # the project, and the decision by which it is one
    assert told == {}
    with stage.services.uow.read() as connection:
        case = read_case(connection, ref)
    assert case is not None
    ended = RecordedAct(case, 9, "case.decide", case.entered_at, "ceam_vote", "rejected", {})
    for outcome, adopted in (("carried", f"{ref}.2"), ("lost", "")):
        detail: dict[str, Json] = {"decision": {}, "ballot": 2, "outcome": outcome}
        assert replace(ended, detail=detail).adopted == adopted


def test_a_failure_is_tried_again_with_the_same_key_until_it_is_taken(
    stage: Stage, receiver: Receiver, secret: str, focal: Actor, clock: FrozenClock
) -> None:
    assert secret
    receiver.answers, receiver.location = [302, 500], receiver.url
    stage.open()
    assert rounds(stage) == Counts(postponed=1)
    assert len(receiver.sent) == 1  # the redirect was not followed
    assert rounds(stage) == Counts()  # not yet
    clock.advance(PAUSES[0])
    assert rounds(stage) == Counts(postponed=1)
    clock.advance(PAUSES[1])
    assert rounds(stage) == Counts(delivered=1)
    assert len({each.headers["webhook-id"] for each in receiver.sent}) == 1
    assert len({each.body for each in receiver.sent}) == 1
    with stage.services.uow.read() as connection:
        (hook,) = queries.list_webhooks(connection, focal)
        (found,) = queries.list_deliveries(connection, hook.id)
    assert [(each.number, each.code) for each in found.attempts] == [(1, 302), (2, 500), (3, 200)]
    assert hook.failing_since is None
    with stage.services.uow.begin(focal) as tx:
        commands.send_again(tx, hook.id, found.id)
    with pytest.raises(Refused, match="webhook_waiting"), stage.services.uow.begin(focal) as tx:
        commands.send_again(tx, hook.id, found.id)
    assert rounds(stage) == Counts(delivered=1)
    assert receiver.sent[-1].headers["webhook-id"] == receiver.sent[0].headers["webhook-id"]
    clock.advance(KEPT + timedelta(days=1))
    with stage.services.uow.begin(SYSTEM) as tx:
        assert delete_old_deliveries(tx) == 1


def test_of_a_subscription_that_ended_or_stays_stopped_nothing_waits_or_is_kept_for_ever(
    stage: Stage, receiver: Receiver, secret: str, focal: Actor, clock: FrozenClock
) -> None:
    assert secret

    def stands() -> list[tuple[str, datetime]]:
        with stage.services.uow.read() as connection:
            columns = (webhook_delivery.c.status, webhook_delivery.c.settled_at)
            return [tuple(row) for row in connection.execute(select(*columns))]

    def forgotten() -> int:
        with stage.services.uow.begin(SYSTEM) as tx:
            return delete_old_deliveries(tx)

    with stage.services.uow.begin(focal) as tx:
        (hook,) = queries.list_webhooks(tx.connection, focal)
        commands.send_test(tx, hook.id)
        commands.stop(tx, hook.id)
    clock.advance(KEPT + timedelta(days=1))
    assert (forgotten(), stands()) == (0, [("failed", clock.now())])  # it can be sent again
    clock.advance(KEPT + timedelta(days=1))
    assert (forgotten(), stands()) == (1, [])
    with stage.services.uow.begin(focal) as tx:
        commands.resume(tx, hook.id)
        commands.send_test(tx, hook.id)
        commands.end(tx, hook.id)
    assert stands() == [("failed", clock.now())]
    assert rounds(stage) == Counts()
    clock.advance(KEPT + timedelta(days=1))
    assert (forgotten(), stands(), receiver.sent) == (1, [], [])
    with stage.services.uow.read() as connection:
        assert connection.execute(select(webhook_event.c.id)).all() == []


def test_a_receiver_that_fails_for_days_is_stopped_and_its_office_told(
    stage: Stage, receiver: Receiver, secret: str, focal: Actor, clock: FrozenClock
) -> None:
    assert secret
    receiver.answers = [500] * 30
    stage.open()
    stage.open()
    assert rounds(stage) == Counts(postponed=2)
    assert len(receiver.sent) == 1  # the second was put off without a try
    for _ in range(3):
        clock.advance(PATIENCE / 2)
        rounds(stage)
    with stage.services.uow.read() as connection:
        (hook,) = queries.list_webhooks(connection, focal)
        told = connection.execute(
            select(message.c.name, message.c.user_id).where(message.c.name.like("webhook%"))
        ).all()
    assert (hook.standing, hook.why) == ("stopped", "failing")
    assert [tuple(row) for row in told] == [("webhook_failing", focal.user_id)]
    receiver.answers = []
    clock.advance(timedelta(days=1))
    assert rounds(stage) == Counts()
    with stage.services.uow.begin(focal) as tx:
        commands.resume(tx, hook.id)
    assert rounds(stage).delivered == 2
    receiver.answers = [410]
    stage.open()
    rounds(stage)
    with stage.services.uow.read() as connection:
        (hook,) = queries.list_webhooks(connection, focal)
    assert (hook.standing, hook.why) == ("stopped", "gone")


def test_two_secrets_count_for_a_day_and_a_third_ends_the_first(
    stage: Stage, receiver: Receiver, secret: str, focal: Actor, clock: FrozenClock
) -> None:
    with stage.services.uow.read() as connection:
        (hook,) = queries.list_webhooks(connection, focal)
    known = [secret]

    def signed_by() -> list[int]:
        with stage.services.uow.begin(focal) as tx:
            commands.send_test(tx, hook.id)
        with pytest.raises(Refused), stage.services.uow.begin(focal) as tx:
            commands.send_test(tx, hook.id)  # one is on its way
        deliver(stage.services)
        sent = receiver.sent[-1]
        assert sent.told["type"] == "webhook.test"
        at = datetime.fromtimestamp(int(sent.headers["webhook-timestamp"]), tz=UTC)
        parts = (sent.headers["webhook-id"], at, sent.body.decode())
        given = sent.headers["webhook-signature"].split()
        return [known.index(s) for each in given for s in known if Webhook(s).sign(*parts) == each]

    assert signed_by() == [0]
    for _ in range(2):
        with stage.services.uow.begin(focal) as tx:
            known.append(commands.rotate_secret(tx, stage.services, hook.id).secret)
    assert signed_by() == [2, 1]
    clock.advance(OVERLAP)
    assert signed_by() == [2]


def test_another_country_finds_nothing_and_who_administers_may_only_end(
    stage: Stage, receiver: Receiver, secret: str, focal: Actor
) -> None:
    assert secret
    with stage.services.uow.read() as connection:
        (hook,) = queries.list_webhooks(connection, focal)
        assert queries.list_webhooks(connection, stage.the(Role.FOCAL_POINT, "UY")) == []
        assert queries.list_webhooks(connection, stage.the(Role.ADMINISTRATOR)) == [hook]
    for verb in (commands.send_test, commands.stop, commands.end):
        with (
            pytest.raises(NotFound),
            stage.services.uow.begin(stage.the(Role.FOCAL_POINT, "UY")) as tx,
        ):
            verb(tx, hook.id)
    keeper = stage.the(Role.ADMINISTRATOR)
    of_office = partial(pytest.raises, Refused, match="webhook_of_office")
    for verb in (commands.stop, commands.resume, commands.send_test):
        with of_office(), stage.services.uow.begin(keeper) as tx:
            verb(tx, hook.id)
    for who in (keeper, SYSTEM):
        with of_office(), stage.services.uow.begin(who) as tx:
            commands.rotate_secret(tx, stage.services, hook.id)
    wanted = commands.Subscription(None, "x", receiver.url, EVENTS)
    with pytest.raises(Invalid, match="webhook_known"), stage.services.uow.begin(focal) as tx:
        commands.subscribe(tx, stage.services, wanted)
    of_state = replace(wanted, office=hook.office, url=f"{receiver.url}&2")
    with pytest.raises(Forbidden), stage.services.uow.begin(SYSTEM) as tx:
        commands.subscribe(tx, stage.services, of_state)
    with stage.services.uow.begin(keeper) as tx:
        commands.subscribe(tx, stage.services, wanted)  # another office tells it too
        commands.end(tx, hook.id)
    with pytest.raises(Forbidden), stage.services.uow.begin(stage.the(Role.AUDITOR)) as tx:
        commands.subscribe(tx, stage.services, wanted)


def test_who_lost_the_office_is_told_nothing_more(
    stage: Stage, receiver: Receiver, secret: str, focal: Actor, clock: FrozenClock
) -> None:
    assert secret
    assert focal.user_id is not None
    receiver.answers = [500]
    stage.open()
    rounds(stage)
    with stage.services.uow.begin(SYSTEM) as tx:
        deactivate(tx, focal.user_id)
    clock.advance(PAUSES[0])
    assert rounds(stage) == Counts(failed=1)
    assert len(receiver.sent) == 1
    with stage.services.uow.read() as connection:
        (hook,) = queries.list_webhooks(connection, SYSTEM)
        (found,) = queries.list_deliveries(connection, hook.id)
    assert found.attempts[-1].outcome is Outcome.NOT_PERMITTED


def test_an_address_for_exercises_is_not_called_once_they_are_over(
    stage: Stage, receiver: Receiver, secret: str, focal: Actor
) -> None:
    """It was kept while it was allowed; `test_sending.py` tells of names that lead inside."""
    assert secret
    stage.open()
    dispatch_events(stage.services)
    elsewhere = replace(stage.services, webhook_exercise=None)
    assert deliver(elsewhere) == Counts(postponed=1)
    with stage.services.uow.read() as connection:
        (hook,) = queries.list_webhooks(connection, focal)
        (found,) = queries.list_deliveries(connection, hook.id)
    assert [each.outcome for each in found.attempts] == [Outcome.UNREACHABLE]  # http is not tried
    assert receiver.sent == []


def test_two_workers_send_it_once(stage: Stage, receiver: Receiver, secret: str) -> None:
    assert secret
    for _ in range(4):
        stage.open()
    assert not at_once(partial(rounds, stage), partial(rounds, stage))
    while rounds(stage).total:
        pass
    keys = [each.headers["webhook-id"] for each in receiver.sent]
    assert len(keys) == len(set(keys)) == 4


def test_a_worker_that_died_leaves_its_lease_to_end(
    stage: Stage, receiver: Receiver, secret: str, clock: FrozenClock
) -> None:
    assert secret
    stage.open()
    dispatch_events(stage.services)
    with stage.services.uow.begin(SYSTEM) as tx:
        tx.execute(webhook_delivery.update().values(leased_until=tx.now + LEASE))
    assert rounds(stage) == Counts()
    clock.advance(LEASE)
    assert rounds(stage) == Counts(delivered=1)
    assert len(receiver.sent) == 1


def test_an_exercise_is_told_to_nobody(stage: Stage, receiver: Receiver, secret: str) -> None:
    assert secret
    focal = stage.the(Role.FOCAL_POINT, "PY")
    with stage.services.uow.begin(focal) as tx:
        open_case(tx, stage.services, "cooperation_request", "PY", exercise=True)
    assert rounds(stage) == Counts()
    assert receiver.sent == []
