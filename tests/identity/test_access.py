import hashlib
import runpy
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY
from sqlalchemy import select, update

from ricomi_workflow.db.uow import UnitOfWork
from ricomi_workflow.identity import sign_in as passwords
from ricomi_workflow.identity.commands import add_user, deactivate
from ricomi_workflow.identity.models import one_time_link, sign_in_attempt, user
from ricomi_workflow.identity.sign_in import (
    change_password,
    delete_old_access,
    find_link_owner,
    hash_password,
    link_token,
    password_faults,
    sign_in,
    use_link,
)
from ricomi_workflow.kernel.actors import ANONYMOUS, SYSTEM, Actor
from ricomi_workflow.kernel.clock import FrozenClock
from ricomi_workflow.kernel.errors import Forbidden, Invalid, Refused
from ricomi_workflow.messaging.delegation_notices import send_invitation, send_password_reset
from ricomi_workflow.messaging.models import message

EMAIL = "ana@migraciones.gov.py"
PASSWORD = "correcto caballo batería"
SECRET = "k" * 40
HERE = "192.0.2.7"
WRONG = "not the password"


@pytest.fixture
def ana(uow: UnitOfWork) -> int:
    """A person with a password."""
    with uow.begin(SYSTEM) as tx:
        key = add_user(tx, EMAIL, "Ana Benítez")
        tx.execute(update(user).values(password_hash=hash_password(PASSWORD)))
    return key


def refusal(uow: UnitOfWork, email: str = EMAIL, password: str = WRONG, at: str = HERE) -> str:
    with pytest.raises(Refused) as error:
        sign_in(uow, email, password, at)
    return error.value.refusals[0].code


def epoch(uow: UnitOfWork) -> int:
    with uow.read() as connection:
        return int(connection.execute(select(user.c.epoch)).scalar_one())


def resets(uow: UnitOfWork) -> list[str]:
    """The tokens of the reset messages, made as the mail makes them."""
    with uow.read() as connection:
        rows = connection.execute(
            select(message.c.user_id, message.c.params)
            .where(message.c.name == "password_reset")
            .order_by(message.c.id)
        ).all()
    return [link_token(SECRET, row.user_id, "reset", row.params["nonce"]) for row in rows]


def test_an_invitation_lets_its_owner_choose_a_password_once(uow: UnitOfWork) -> None:
    with uow.begin(SYSTEM) as tx:
        key = add_user(tx, EMAIL, "Ana")
        token = send_invitation(tx, key, SECRET)
    with uow.begin(ANONYMOUS) as tx:
        assert use_link(tx, token, PASSWORD) == key
    assert sign_in(uow, EMAIL.upper(), PASSWORD, HERE) == key
    with pytest.raises(Refused, match="link_not_valid"), uow.begin(ANONYMOUS) as tx:
        use_link(tx, token, "another long password")
    assert sign_in(uow, EMAIL, PASSWORD, HERE) == key


def test_the_database_holds_nothing_from_which_the_link_can_be_read(uow: UnitOfWork) -> None:
    with uow.begin(SYSTEM) as tx:
        key = add_user(tx, EMAIL, "Ana")
        token = send_invitation(tx, key, SECRET)
    with uow.read() as connection:
        link = connection.execute(select(one_time_link)).one()
        letter = connection.execute(select(message)).one()
    assert token not in f"{link} {letter}"
    assert link.digest == hashlib.sha256(token.encode()).hexdigest()
    nonce = letter.params["nonce"]
    assert link_token(SECRET, key, "invitation", nonce) == token
    assert link_token("another secret", key, "invitation", nonce) != token
    assert link_token(SECRET, key, "reset", nonce) != token


def test_a_link_ends_after_its_time_and_when_a_newer_one_is_made(
    uow: UnitOfWork, clock: FrozenClock
) -> None:
    with uow.begin(SYSTEM) as tx:
        key = add_user(tx, EMAIL, "Ana")
        first = send_invitation(tx, key, SECRET)
    with uow.begin(SYSTEM) as tx:
        second = send_invitation(tx, key, SECRET)
    with uow.begin(ANONYMOUS) as tx:
        assert find_link_owner(tx, first) is None
        assert find_link_owner(tx, second) is not None
    clock.advance(timedelta(hours=72))
    with pytest.raises(Refused, match="link_not_valid"), uow.begin(ANONYMOUS) as tx:
        use_link(tx, second, PASSWORD)


def test_a_bad_password_leaves_the_link_as_it_is(uow: UnitOfWork) -> None:
    with uow.begin(SYSTEM) as tx:
        token = send_invitation(tx, add_user(tx, EMAIL, "Ana"), SECRET)
    with pytest.raises(Invalid), uow.begin(ANONYMOUS) as tx:
        use_link(tx, token, "short")
    with uow.begin(ANONYMOUS) as tx:
        use_link(tx, token, PASSWORD)


def test_two_answers_at_once_set_one_password(uow: UnitOfWork) -> None:
    with uow.begin(SYSTEM) as tx:
        token = send_invitation(tx, add_user(tx, EMAIL, "Ana"), SECRET)

    def answer(password: str) -> str:
        try:
            with uow.begin(ANONYMOUS) as tx:
                use_link(tx, token, password)
        except Refused:
            return ""
        return password

    with ThreadPoolExecutor(2) as pool:
        answered = list(pool.map(answer, ["password number one", "password number two"]))
    [set_now] = [password for password in answered if password]
    sign_in(uow, EMAIL, set_now, HERE)


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("eleven char", "password_short"),
        ("ANA@migraciones.gov.py", "password_is_email"),
        ("aaaaaaaaaaaaaaaa", "password_one_character"),
        ("x1" * 101, "password_long"),
        ("doce letras!", None),  # twelve is enough
    ],
)
def test_a_password_is_long_enough_and_not_the_email(password: str, code: str | None) -> None:
    assert [fault.code for fault in password_faults(password, EMAIL)] == ([code] if code else [])


def test_only_the_administrator_invites(uow: UnitOfWork, ana: int) -> None:
    with pytest.raises(Forbidden), uow.begin(Actor(ana, "Ana")) as tx:
        send_invitation(tx, ana, SECRET)


def test_a_reset_is_mailed_to_known_people_only_and_three_times_an_hour(
    uow: UnitOfWork, clock: FrozenClock, ana: int
) -> None:
    del ana
    for _ in range(5):
        with uow.begin(ANONYMOUS) as tx:
            send_password_reset(tx, EMAIL, SECRET)
            send_password_reset(tx, "nobody@oas.org", SECRET)
    assert len(resets(uow)) == 3
    clock.advance(timedelta(minutes=61))
    with uow.begin(ANONYMOUS) as tx:
        send_password_reset(tx, EMAIL, SECRET)
    assert len(resets(uow)) == 4


def test_a_reset_sets_a_new_password_and_ends_sessions(uow: UnitOfWork, ana: int) -> None:
    with uow.begin(ANONYMOUS) as tx:
        send_password_reset(tx, EMAIL, SECRET)
    before = epoch(uow)
    with uow.begin(ANONYMOUS) as tx:
        assert use_link(tx, resets(uow)[0], "an entirely new one") == ana
    assert epoch(uow) > before
    assert refusal(uow, password=PASSWORD) == "sign_in_failed"
    assert sign_in(uow, EMAIL, "an entirely new one", HERE) == ana


def test_a_closed_account_gets_no_reset_and_does_not_sign_in(uow: UnitOfWork, ana: int) -> None:
    with uow.begin(SYSTEM) as tx:
        deactivate(tx, ana)
    with uow.begin(ANONYMOUS) as tx:
        send_password_reset(tx, EMAIL, SECRET)
    assert resets(uow) == []
    assert refusal(uow, password=PASSWORD) == "sign_in_failed"


def test_an_unknown_email_is_answered_like_a_wrong_password(uow: UnitOfWork, ana: int) -> None:
    del ana
    assert refusal(uow) == refusal(uow, "nobody@oas.org") == "sign_in_failed"


def test_a_person_who_never_chose_a_password_does_not_sign_in(uow: UnitOfWork) -> None:
    with uow.begin(SYSTEM) as tx:
        add_user(tx, EMAIL, "Ana")
    assert refusal(uow, password="") == "sign_in_failed"


def test_five_failures_close_the_way_for_a_quarter_of_an_hour(
    uow: UnitOfWork, clock: FrozenClock, ana: int
) -> None:
    assert [refusal(uow) for _ in range(5)] == ["sign_in_failed"] * 5
    with pytest.raises(Refused) as error:
        sign_in(uow, EMAIL, PASSWORD, "198.51.100.1")
    [said] = error.value.refusals
    assert (said.code, said.params["minutes"]) == ("sign_in_throttled", 15)
    clock.advance(timedelta(minutes=15))
    assert sign_in(uow, EMAIL, PASSWORD, HERE) == ana


def test_one_address_may_fail_twenty_times_over_many_emails(uow: UnitOfWork, ana: int) -> None:
    del ana
    with uow.begin(SYSTEM) as tx:
        for n in range(20):
            row = {"id": n, "email": f"{n}@x.org", "address": HERE, "at": tx.now}
            tx.insert(sign_in_attempt, row | {"succeeded": False})
    assert refusal(uow, password=PASSWORD) == "sign_in_throttled"
    assert refusal(uow, "another@x.org") == "sign_in_throttled"
    sign_in(uow, EMAIL, PASSWORD, "198.51.100.1")


def test_signing_in_well_is_never_counted_against_a_person(uow: UnitOfWork, ana: int) -> None:
    assert [sign_in(uow, EMAIL, PASSWORD, HERE) for _ in range(6)] == [ana] * 6


def test_guesses_made_at_once_are_all_counted(uow: UnitOfWork, ana: int) -> None:
    del ana
    with ThreadPoolExecutor(10) as pool:
        codes = list(pool.map(lambda _: refusal(uow), range(10)))
    assert sorted(codes) == ["sign_in_failed"] * 5 + ["sign_in_throttled"] * 5


def test_a_password_is_hashed_as_rfc_9106_says_for_little_memory() -> None:
    read_anew = runpy.run_path(passwords.__file__)  # tests hash with less
    assert extract_parameters(read_anew["hash_password"](PASSWORD)) == RFC_9106_LOW_MEMORY


def test_a_hash_with_older_parameters_is_replaced_at_sign_in(uow: UnitOfWork, ana: int) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    with uow.begin(SYSTEM) as tx:
        tx.execute(update(user).values(password_hash=weak))
    assert sign_in(uow, EMAIL, PASSWORD, HERE) == ana
    with uow.read() as connection:
        assert connection.execute(select(user.c.password_hash)).scalar_one() != weak
    assert sign_in(uow, EMAIL, PASSWORD, HERE) == ana


def test_a_person_changes_the_password_knowing_the_old_one(uow: UnitOfWork, ana: int) -> None:
    with pytest.raises(Invalid, match="password_wrong"), uow.begin(Actor(ana, "Ana")) as tx:
        change_password(tx, "not the old one", "an entirely new one")
    with uow.begin(Actor(ana, "Ana")) as tx:
        change_password(tx, PASSWORD, "an entirely new one")
    assert sign_in(uow, EMAIL, "an entirely new one", HERE) == ana


def test_old_attempts_and_links_are_forgotten(
    uow: UnitOfWork, clock: FrozenClock, ana: int
) -> None:
    refusal(uow)
    with uow.begin(SYSTEM) as tx:
        send_invitation(tx, ana, SECRET)
    clock.advance(timedelta(days=40))
    with uow.begin(SYSTEM) as tx:
        assert delete_old_access(tx) == 2
