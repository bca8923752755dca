from datetime import date, timedelta

import pytest
from sqlalchemy import select

from ricomi_workflow.db.uow import UnitOfWork
from ricomi_workflow.identity.commands import (
    add_user,
    deactivate,
    end_role,
    give_role,
    reactivate,
)
from ricomi_workflow.identity.models import api_token
from ricomi_workflow.identity.tokens import (
    find_bearer,
    is_use_stale,
    list_tokens,
    make_token,
    record_use,
    revoke_token,
)
from ricomi_workflow.kernel.actors import ANONYMOUS, SYSTEM, Actor, Grant, Role
from ricomi_workflow.kernel.clock import FrozenClock
from ricomi_workflow.kernel.errors import Forbidden, Invalid, NotFound, OutsideToken

TODAY = date(2026, 11, 24)


@pytest.fixture
def ana(uow: UnitOfWork) -> Actor:
    """A focal point of Paraguay."""
    with uow.begin(SYSTEM) as tx:
        key = add_user(tx, "ana@migraciones.gov.py", "Ana")
        give_role(tx, key, Role.FOCAL_POINT, "PY")
    return Actor(key, "Ana")


def bearer(uow: UnitOfWork, token: str) -> Actor | None:
    with uow.read() as connection:
        found = find_bearer(connection, token, uow.clock.now(), TODAY)
    return found.actor if found else None


def test_a_token_acts_with_its_owners_rights_and_is_stored_as_a_digest(
    uow: UnitOfWork, ana: Actor
) -> None:
    with uow.begin(ana) as tx:
        made = make_token(tx, "Statistics office")
    assert made.token.startswith("ricomi_")
    found = bearer(uow, made.token)
    assert found is not None
    assert (found.user_id, found.countries(Role.FOCAL_POINT)) == (ana.user_id, frozenset({"PY"}))
    with uow.read() as connection:
        row = connection.execute(select(api_token)).one()
        [listed] = list_tokens(connection, row.user_id)
    assert made.token not in str(row)
    assert (listed.hint, listed.name) == (made.token[-4:], "Statistics office")
    assert made.expires_at - row.created_at == timedelta(days=90)


def test_a_token_ends_by_time_by_revocation_and_with_its_account(
    uow: UnitOfWork, clock: FrozenClock, ana: Actor
) -> None:
    assert ana.user_id is not None
    with uow.begin(ana) as tx:
        short, revoked, closed = (make_token(tx, "t", days) for days in (1, 9, 9))
    with uow.read() as connection:
        known = {row.hint: row.digest for row in list_tokens(connection, ana.user_id)}
    with pytest.raises(NotFound), uow.begin(Actor(1, "Somebody")) as tx:
        revoke_token(tx, known[revoked.hint])
    with uow.begin(ana) as tx:
        revoke_token(tx, known[revoked.hint])
    assert bearer(uow, revoked.token) is None
    clock.advance(timedelta(days=1))
    assert bearer(uow, short.token) is None
    assert bearer(uow, closed.token) is not None
    with uow.begin(SYSTEM) as tx:
        deactivate(tx, ana.user_id)
    assert bearer(uow, closed.token) is None
    with uow.begin(SYSTEM) as tx:
        reactivate(tx, ana.user_id)
    assert bearer(uow, closed.token) is None


def test_what_is_no_token_is_nobody(uow: UnitOfWork) -> None:
    assert [bearer(uow, text) for text in ("", "ricomi_", "Bearer x", "ricomi_" + "x" * 43)] == [
        None
    ] * 4


def test_a_token_needs_an_owner_a_name_and_a_term(uow: UnitOfWork, ana: Actor) -> None:
    with pytest.raises(Forbidden), uow.begin(ANONYMOUS) as tx:
        make_token(tx, "x")
    with pytest.raises(Invalid) as error, uow.begin(ana) as tx:
        make_token(tx, " ", 0)
    assert [fault.path for fault in error.value.fields] == ["name", "days"]
    with pytest.raises(Invalid) as error, uow.begin(ana) as tx:
        make_token(tx, "x", scopes=["cases:all"], office=Grant(Role.FOCAL_POINT, "CL"))
    assert {fault.path: fault.code for fault in error.value.fields} == {
        "office": "office_not_yours",
        "scopes": "choice",
    }


def test_a_token_acts_in_one_office_and_ends_with_it(
    uow: UnitOfWork, clock: FrozenClock, ana: Actor
) -> None:
    assert ana.user_id is not None
    with uow.begin(SYSTEM) as tx:
        grant = give_role(tx, ana.user_id, Role.SECRETARIAT)
    with pytest.raises(Invalid) as error, uow.begin(ana) as tx:
        make_token(tx, "x")  # which of the two?
    assert [fault.path for fault in error.value.fields] == ["office"]
    office = Grant(Role.SECRETARIAT)
    with uow.begin(SYSTEM) as tx:
        made = make_token(tx, "x", scopes=["fund:read"], office=office, owner=ana.user_id)
    with uow.read() as connection:
        found = find_bearer(connection, made.token, clock.now(), TODAY)
    assert found is not None
    assert found.actor.grants == {office}
    found.require("fund:read")
    with pytest.raises(OutsideToken) as beyond:
        found.require("fund:write")
    assert (beyond.value.refusals[0].code, beyond.value.scope) == ("token_scope", "fund:write")
    with uow.begin(SYSTEM) as tx:
        end_role(tx, grant)
    with uow.read() as connection:
        found = find_bearer(connection, made.token, clock.now(), TODAY)
    assert found is not None
    with pytest.raises(OutsideToken) as beyond:
        found.require("fund:read")
    assert beyond.value.refusals[0].code == "token_network_office_over"


def test_the_last_use_of_a_token_is_known_to_the_hour(
    uow: UnitOfWork, clock: FrozenClock, ana: Actor
) -> None:
    with uow.begin(ana) as tx:
        made = make_token(tx, "x")
    noted = []
    for wait in (0, 59, 1):
        clock.advance(timedelta(minutes=wait))
        with uow.read() as connection:
            found = find_bearer(connection, made.token, clock.now(), TODAY)
        assert found is not None
        noted.append(is_use_stale(found, clock.now()))
        with uow.begin(SYSTEM) as tx:
            record_use(tx, found.digest)
    assert noted == [True, False, True]
