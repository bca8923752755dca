"""Who may know of a case, and who may do what: by role, state and case, never by role alone."""

from functools import partial

import pytest

from ricomi_workflow.cases.queries import get_case
from ricomi_workflow.identity.commands import give_role
from ricomi_workflow.identity.queries import find_actor
from ricomi_workflow.kernel.actors import SYSTEM, Role
from ricomi_workflow.kernel.errors import Forbidden, NotFound
from tests.support import papers
from tests.support.databases import Databases
from tests.support.story import (
    APPLICANT,
    CERTIFIER,
    FUND,
    INSTITUTION,
    LIFE,
    PARTNER,
    SECRETARIAT,
    Story,
    answer_of,
    codes,
)


@pytest.fixture
def databases(sqlite_databases: Databases) -> Databases:
    """SQLite alone: which office may do what is decided by rules that both databases share."""
    return sqlite_databases


STRANGER = "focal_point:AR"


def sees(story: Story, office: str) -> bool:
    with story.services.uow.read() as connection:
        try:
            get_case(connection, story.services, story.people[office], story.ref)
        except NotFound:
            return False
    return True


def also(story: Story, office: str, role: Role) -> None:
    """Give somebody a second role."""
    person = story.people[office].user_id
    assert person is not None
    with story.services.uow.begin(SYSTEM) as tx:
        give_role(tx, person, role, None)
    with story.services.uow.read() as connection:
        found = find_actor(connection, person, story.today)
    assert found is not None
    story.people[office] = found


@pytest.mark.parametrize("last", list(LIFE))
def test_the_focal_point_of_another_state_is_told_that_there_is_no_such_case(
    story: Story, last: str
) -> None:
    story.after(last)
    assert not sees(story, STRANGER)
    error = answer_of(lambda: story.do(STRANGER, "withdraw", reason="Mine."))
    missing = answer_of(lambda: story.do(STRANGER, "withdraw", ref="RICOMI-2026-9999"))
    assert isinstance(error, NotFound)
    assert (type(error), error.what) == (type(missing), "case")
    assert str(error) == f"case {story.ref}"


def test_a_partner_reads_the_case_and_does_nothing_but_answer(story: Story) -> None:
    story.open()
    assert not sees(story, PARTNER)
    LIFE["submit"](story)
    assert sees(story, PARTNER)
    offered = story.services.process(story.case()).workflow.transitions
    possible = [t.trigger for t in offered if story.why_not(PARTNER, t.trigger) == []]
    assert possible == ["confirm_participation", "decline_participation"]
    LIFE["start_review"](story)
    LIFE["confirm_participation"](story)
    assert [t.trigger for t in offered if story.why_not(PARTNER, t.trigger) == []] == []
    assert codes(answer_of(lambda: story.do(PARTNER, "confirm_participation"))) == [
        "participation_not_open"
    ]


def test_a_partner_that_is_no_longer_named_loses_sight_of_the_case(story: Story) -> None:
    story.after("confirm_participation")
    story.do(SECRETARIAT, "return_for_clarification", reason="Who else?")
    story.do(APPLICANT, "resubmit", papers.request(story.today, participants=["BR"]))
    assert not sees(story, PARTNER)
    assert sees(story, "focal_point:BR")


def test_an_institution_prepares_and_only_the_focal_point_submits(story: Story) -> None:
    story.open(INSTITUTION)
    error = answer_of(lambda: story.do(INSTITUTION, "submit", papers.request(story.today)))
    assert codes(error) == ["role"]
    story.do(APPLICANT, "submit", papers.request(story.today))
    assert story.acts()[0] == "1 case.opened >draft institution_user:PY"


def test_a_case_is_opened_for_the_own_state_only(story: Story) -> None:
    for office in (SECRETARIAT, FUND, "ceam_delegate:PY"):
        assert isinstance(answer_of(partial(story.open, office)), Forbidden)


def test_the_committee_reads_a_case_from_its_ballot_on(story: Story) -> None:
    story.after("record_opinion")
    assert not sees(story, "ceam_delegate:AR")
    assert not sees(story, FUND)
    LIFE["open_ballot"](story)
    assert sees(story, "ceam_delegate:AR")
    assert sees(story, FUND)


def test_whoever_asks_for_money_neither_certifies_nor_pays_it(story: Story) -> None:
    also(story, APPLICANT, Role.CERTIFYING_OFFICER)
    also(story, APPLICANT, Role.FUND_ADMINISTRATOR)
    story.after("start_execution")
    story.do(APPLICANT, "request_tranche", papers.tranche(8_000))
    assert codes(answer_of(lambda: story.do(APPLICANT, "certify_tranche"))) == ["separation"]
    story.do(CERTIFIER, "certify_tranche")
    pay = answer_of(lambda: story.do(APPLICANT, "pay_tranche", papers.payment(story.today)))
    assert codes(pay) == ["separation"]
    LIFE["pay_tranche"](story)
    assert not story.faults()


def test_whoever_certifies_money_does_not_pay_it(story: Story) -> None:
    also(story, CERTIFIER, Role.FUND_ADMINISTRATOR)
    story.after("certify_tranche")
    pay = answer_of(lambda: story.do(CERTIFIER, "pay_tranche", papers.payment(story.today)))
    assert codes(pay) == ["separation"]
    LIFE["pay_tranche"](story)


def test_no_person_fires_what_is_the_systems_own(story: Story) -> None:
    story.after("open_ballot")
    for office in (SECRETARIAT, "chair", "administrator", APPLICANT):
        assert codes(answer_of(partial(story.do, office, "decide"))) == ["system_only"] * 4
        assert story.why_not(office, "decide") is None
