"""Standing in for others: a certificate, its dates, and both names on everything it does."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError

from ricomi_workflow.audit.queries import verify_trails
from ricomi_workflow.bootstrap import TRAIL_CHECKS
from ricomi_workflow.cases.commands import lock
from ricomi_workflow.cases.models import case as case_table
from ricomi_workflow.cases.queries import count_by_state, get_case, list_options
from ricomi_workflow.cases.visibility import waits_for
from ricomi_workflow.identity.commands import add_user, deactivate, end_role, give_role
from ricomi_workflow.identity.delegation_queries import Status, list_certificates_of
from ricomi_workflow.identity.delegations import Scope
from ricomi_workflow.identity.models import delegation, delegation_event, role_grant
from ricomi_workflow.identity.queries import find_actor
from ricomi_workflow.kernel.actors import SYSTEM, Actor, Grant, Role
from ricomi_workflow.kernel.errors import Forbidden, Invalid, NotFound
from ricomi_workflow.messaging import delegation_notices
from ricomi_workflow.messaging.models import message
from ricomi_workflow.messaging.queries import list_inbox
from ricomi_workflow.messaging.rendering import Reader, render
from tests.audit.test_witnesses import without_triggers
from tests.support import papers
from tests.support.databases import Databases
from tests.support.story import (
    APPLICANT,
    CERTIFIER,
    LIFE,
    PARTNER,
    SECRETARIAT,
    Story,
    answer_of,
    codes,
)


@pytest.fixture
def databases(sqlite_databases: Databases) -> Databases:
    """SQLite alone: whose capacity an act has is decided by rules that both databases share."""
    return sqlite_databases


PERU = Grant(Role.CEAM_DELEGATE, "PE")
OFFICE = Grant(Role.SECRETARIAT)
B = "deputy"


class Pair:
    """A story with somebody who may stand in, and the verbs of a certificate."""

    def __init__(self, story: Story, *offices: str) -> None:
        self.story = story
        with story.services.uow.begin(SYSTEM) as tx:
            self.key = add_user(tx, "deputy@example.org", "Berta Deputy", "en")
            for office in offices:
                role, _, country = office.partition(":")
                give_role(tx, self.key, Role(role), country or None)
        self.refresh()

    def refresh(self) -> Actor:
        """The deputy as the next request of theirs would find them."""
        with self.story.services.uow.read() as connection:
            found = find_actor(connection, self.key, self.story.today)
        assert found is not None
        self.story.people[B] = found
        return found

    def giver(self, office: str) -> int:
        key = self.story.people[office].user_id
        assert key is not None
        return key

    def offered(
        self,
        office: str,
        grants: Sequence[Grant],
        *,
        days: tuple[int, int] = (0, 10),
        ballots: bool = False,
        kinds: Sequence[str] = (),
        cases: Sequence[str] = (),
        by: str = "",
    ) -> int:
        first, last = (self.story.today + timedelta(days=n) for n in days)
        scope = Scope(grants, first, last, ballots, kinds, cases)
        with self.story.act(by or office) as tx:
            return delegation_notices.delegate(tx, self.giver(office), self.key, scope)

    def accepted(self, office: str, grants: Sequence[Grant], **how: object) -> int:
        key = self.offered(office, grants, **how)  # type: ignore[arg-type]
        self.do(B, delegation_notices.accept, key)
        self.refresh()
        return key

    def do(self, who: str, verb: Callable[..., None], key: int) -> None:
        with self.story.act(who) as tx:
            verb(tx, key)


@pytest.fixture
def pair(story: Story) -> Pair:
    """A deputy who is known to the network as an auditor: no other office of their own."""
    return Pair(story, "auditor")


def waiting(story: Story, who: str) -> list[str]:
    with story.services.uow.read() as connection:
        where = waits_for(story.services, story.people[who])
        return list(connection.execute(select(case_table.c.ref).where(where)).scalars())


def test_open_work_of_an_absent_person_appears_at_once_and_goes_back_afterwards(
    pair: Pair,
) -> None:
    story = pair.story
    ref = story.after("submit")
    assert (waiting(story, SECRETARIAT), waiting(story, B)) == ([ref], [])
    key = pair.offered(SECRETARIAT, [OFFICE])
    pair.refresh()
    assert waiting(story, B) == []  # not accepted yet
    pair.do(B, delegation_notices.accept, key)
    pair.refresh()
    assert waiting(story, B) == [ref]
    story.do(B, "start_review")
    assert story.entries()[-1].office == "secretariat"
    pair.do(SECRETARIAT, delegation_notices.revoke, key)
    pair.refresh()
    assert (waiting(story, SECRETARIAT), waiting(story, B)) == ([ref], [])


def test_every_act_of_a_stand_in_carries_both_names_in_trail_and_mail(pair: Pair) -> None:
    story = pair.story
    story.after("submit")
    key = pair.accepted(SECRETARIAT, [OFFICE])
    giver = pair.giver(SECRETARIAT)
    with story.act(B) as tx:
        offered = list_options(tx, story.services, lock(tx, story.services, story.ref))
    assert {o.under.giver for o in offered if o.possible and o.under} == {"Holder of secretariat"}
    story.do(B, "start_review")
    entry = story.entries()[-1]
    both = {"id": giver, "name": "Holder of secretariat", "certificate": key, "by": "Berta Deputy"}
    assert (entry.actor_id, entry.detail["acted_for"]) == (pair.key, both)
    reader = story.people[APPLICANT].user_id
    assert reader is not None
    with story.services.uow.read() as connection:
        newest = list_inbox(connection, reader)[0]
    told = render(story.services, newest, Reader(reader, "pt", "America/Asuncion")).text
    assert "(Berta Deputy em nome de Holder of secretariat)" in told
    assert not story.faults()


def test_the_giver_is_told_what_was_done_in_their_name_and_the_stand_in_what_waits(
    pair: Pair,
) -> None:
    story = pair.story
    pair.accepted(SECRETARIAT, [OFFICE])
    story.after("submit")
    told = story.told()["case_submitted"]
    assert sorted(told) == sorted(["institution_user:PY", "secretariat", B])


@pytest.mark.parametrize("how", ["expired", "revoked", "role", "closed", "declined"])
def test_an_act_begun_under_a_certificate_that_has_ended_is_refused(pair: Pair, how: str) -> None:
    story = pair.story
    story.after("submit")
    key = (
        pair.offered(SECRETARIAT, [OFFICE])
        if how == "declined"
        else pair.accepted(SECRETARIAT, [OFFICE], days=(0, 0))
    )
    before = story.people[B]  # as a page, a token or a mail link found them
    _end(pair, key, how)
    story.people[B] = before
    error = answer_of(lambda: story.do(B, "start_review"))
    assert codes(error) == (["role"] if how == "declined" else ["delegation_over"])
    pair.refresh()
    assert codes(answer_of(lambda: story.do(B, "start_review"))) == ["role"]
    assert story.state == "submitted"


def _end(pair: Pair, key: int, how: str) -> None:
    story = pair.story
    if how == "expired":
        midnight = story.services.calendar.closing(story.today)
        story.clock.at = midnight + timedelta(hours=8)
        assert story.today > date(2026, 9, 14)
    elif how == "revoked":
        pair.do(SECRETARIAT, delegation_notices.revoke, key)
    elif how == "declined":
        pair.do(B, delegation_notices.decline, key)
    else:
        with story.services.uow.begin(SYSTEM) as tx:
            if how == "closed":
                deactivate(tx, pair.giver(SECRETARIAT))
                return
            held = tx.connection.execute(
                select(role_grant.c.id).where(role_grant.c.user_id == pair.giver(SECRETARIAT))
            ).scalar_one()
            end_role(tx, held)


def test_whoever_sees_a_case_only_as_a_stand_in_is_told_that_it_is_over(story: Story) -> None:
    pair = Pair(story, "institution_user:PY")
    story.open()
    pair.accepted(APPLICANT, [Grant(Role.FOCAL_POINT, "PY")])
    chile = Grant(Role.FOCAL_POINT, "CL")
    with story.services.uow.begin(SYSTEM) as tx:
        give_role(tx, pair.key, Role.CEAM_ALTERNATE, "CL")
    pair.refresh()
    key = pair.accepted(PARTNER, [chile])
    LIFE["submit"](story)
    LIFE["start_review"](story)
    before = pair.refresh()
    pair.do(PARTNER, delegation_notices.revoke, key)
    story.people[B] = before
    error = answer_of(lambda: story.do(B, "confirm_participation"))
    assert codes(error) == ["delegation_over"]


def test_a_certificate_reaches_as_far_as_it_says(pair: Pair) -> None:
    story = pair.story
    first = story.after("submit")
    second = story.after("submit")
    pair.accepted(SECRETARIAT, [OFFICE], cases=[first])
    assert waiting(story, B) == [first]
    assert codes(answer_of(lambda: story.do(B, "start_review", ref=second))) == ["role"]
    story.do(B, "start_review", ref=first)
    pair.accepted(SECRETARIAT, [OFFICE], kinds=["another_kind"])
    assert codes(answer_of(lambda: story.do(B, "start_review", ref=second))) == ["role"]
    pair.accepted(SECRETARIAT, [OFFICE], kinds=["cooperation_request"])
    story.do(B, "start_review", ref=second)


def test_a_stand_in_votes_only_by_a_certificate_that_covers_ballots(story: Story) -> None:
    pair = Pair(story, "focal_point:PE")
    story.after("open_ballot")
    delegate = "ceam_delegate:PE"
    key = pair.accepted(delegate, [PERU])
    error = answer_of(lambda: story.vote("PE", by=B))
    assert codes(error) == ["role", "delegation_without_ballots"]
    pair.do(delegate, delegation_notices.revoke, key)
    pair.accepted(delegate, [PERU], ballots=True)
    story.vote("PE", by=B)
    entry = story.entries()[-1]
    assert (entry.act, entry.office) == ("ballot.vote_cast", delegate)
    assert entry.detail["acted_for"]["name"] == "Holder of ceam_delegate:PE"  # type: ignore[index,call-overload]
    assert codes(answer_of(lambda: story.vote("CL", by=B))) == ["role"]
    assert not story.faults()


def test_what_was_delegated_is_not_passed_on(story: Story) -> None:
    pair = Pair(story, "auditor")
    pair.accepted(SECRETARIAT, [OFFICE])
    with story.services.uow.begin(SYSTEM) as tx:
        third = add_user(tx, "third@example.org", "Third", "en")
        give_role(tx, third, Role.AUDITOR)
    scope = Scope([OFFICE], story.today, story.today)
    with pytest.raises(Invalid) as caught, story.act(B) as tx:
        delegation_notices.delegate(tx, pair.key, third, scope)
    assert [(f.path, f.code) for f in caught.value.fields] == [("offices", "office_not_held")]


def test_own_rights_come_first_and_each_act_has_one_capacity(story: Story) -> None:
    pair = Pair(story, "secretariat")
    story.after("submit")
    pair.accepted(SECRETARIAT, [OFFICE])
    story.do(B, "start_review")
    assert "acted_for" not in story.entries()[-1].detail


def test_a_mandate_opens_no_desk_outside_of_cases(pair: Pair) -> None:
    pair.accepted(CERTIFIER, [Grant(Role.CERTIFYING_OFFICER)])
    deputy = pair.story.people[B]
    assert not deputy.has(Role.CERTIFYING_OFFICER)
    assert deputy.delegations


@pytest.mark.parametrize(
    ("office", "grants", "days", "fault"),
    [
        (SECRETARIAT, [Grant(Role.CHAIR)], (0, 1), ("offices", "office_not_held")),
        (SECRETARIAT, [], (0, 1), ("offices", "required")),
        ("administrator", [Grant(Role.ADMINISTRATOR)], (0, 1), ("offices", "office_undelegable")),
        (APPLICANT, [Grant(Role.FOCAL_POINT, "PY")], (0, 1),
         ("delegate", "delegate_of_other_state")),
        (SECRETARIAT, [OFFICE], (5, 1), ("valid_to", "too_early")),
        (SECRETARIAT, [OFFICE], (0, 400), ("valid_to", "delegation_too_long")),
    ],
)  # fmt: skip
def test_a_certificate_with_mistakes_is_not_made(
    pair: Pair,
    office: str,
    grants: list[Grant],
    days: tuple[int, int],
    fault: tuple[str, str],
) -> None:
    with pytest.raises(Invalid) as caught:
        pair.offered(office, grants, days=days)
    assert [(f.path, f.code) for f in caught.value.fields] == [fault]


def test_only_the_two_people_and_the_administrator_have_a_say(pair: Pair) -> None:
    with pytest.raises(Forbidden):
        pair.offered(SECRETARIAT, [OFFICE], by=CERTIFIER)
    key = pair.offered(SECRETARIAT, [OFFICE], by="administrator")
    with pytest.raises(Forbidden):
        pair.do(SECRETARIAT, delegation_notices.accept, key)
    with pytest.raises(NotFound):
        pair.do(CERTIFIER, delegation_notices.revoke, key)
    pair.do(B, delegation_notices.accept, key)
    pair.do("administrator", delegation_notices.revoke, key)
    error = answer_of(lambda: pair.do(B, delegation_notices.accept, key))
    assert codes(error) == ["delegation_not_open"]
    with pair.story.services.uow.read() as connection:
        (found,) = list_certificates_of(connection, pair.key)
    assert found.status(pair.story.today) is Status.REVOKED
    assert [each.event for each in found.history] == ["accepted", "revoked"]
    assert found.made_by == pair.giver("administrator")


def test_the_history_of_certificates_is_only_added_to(pair: Pair) -> None:
    pair.accepted(SECRETARIAT, [OFFICE])
    for statement in (
        update(delegation).values(valid_to=date(2099, 1, 1)),
        delete(delegation),
        delete(delegation_event),
    ):
        with pytest.raises(DBAPIError, match="append_only"), pair.story.engine.begin() as one:
            one.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM delegation_event",
        "UPDATE delegation_event SET at = '2031-01-01T00:00:00.000000Z'",
        "INSERT INTO delegation_event SELECT delegation_id, 'revoked', at, 1 FROM delegation_event",
        "UPDATE delegation SET valid_to = '2031-12-31', valid_from = '2031-01-01'",
        "UPDATE delegation SET delegate_id = giver_id + 1",
        "DELETE FROM delegation",
    ],
)
def test_a_certificate_that_was_changed_by_hand_is_named_by_the_act_it_bore(
    pair: Pair, statement: str
) -> None:
    story = pair.story
    story.after("submit")
    pair.accepted(SECRETARIAT, [OFFICE])
    story.do(B, "start_review")
    assert not story.faults()
    seq = story.entries()[-1].seq
    with without_triggers(story.engine) as connection:
        assert connection.execute(text(statement)).rowcount
        found = [fault for fault in verify_trails(connection, TRAIL_CHECKS) if fault]
    assert [(fault.ref, fault.seq, fault.why) for fault in found] == [
        (story.ref, seq, "certificate")
    ]


def test_a_stand_in_opens_a_case_for_the_state(story: Story) -> None:
    pair = Pair(story, "ceam_alternate:CL")
    pair.accepted(PARTNER, [Grant(Role.FOCAL_POINT, "CL")])
    story.people["focal_point_deputy:CL"] = story.people[B]
    story.open("focal_point_deputy:CL")
    entry = story.entries()[0]
    assert entry.office == "focal_point:CL"
    assert entry.detail["acted_for"]["name"] == "Holder of focal_point:CL"  # type: ignore[index,call-overload]
    with story.services.uow.read() as connection:
        assert get_case(connection, story.services, story.people[B], story.ref).country == "CL"
        assert sum(count_by_state(connection, story.services, story.people[B]).values()) == 1
        names = connection.execute(select(message.c.name).where(message.c.user_id == pair.key))
        assert list(names.scalars()) == ["delegation_offered"]


def test_a_stand_in_fills_in_a_draft_and_hands_it_in(story: Story) -> None:
    pair = Pair(story, "ceam_alternate:PY")
    pair.accepted(APPLICANT, [Grant(Role.FOCAL_POINT, "PY")])
    story.open()
    story.do(B, "submit", papers.request(story.today))
    assert story.entries()[-1].detail["acted_for"]["by"] == "Berta Deputy"  # type: ignore[index,call-overload]
    assert not story.faults()
