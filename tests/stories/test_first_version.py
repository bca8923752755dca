"""A case that began under the first version of the process ends under it, beside newer ones."""

from dataclasses import replace

from tests.support import papers
from tests.support.story import (
    APPLICANT,
    CERTIFIER,
    FUND,
    INSTITUTION,
    KIND,
    LIFE,
    SECRETARIAT,
    Story,
)

FIRST = f"{KIND}/v1"
BEFORE_THE_MONEY = list(LIFE)[: list(LIFE).index("record_agreement")]


def open_as_first(story: Story) -> str:
    """Open a case when the first version was the newest."""
    newest = story.services
    flows = {k: f for k, f in newest.library.workflows.items() if f.kind != KIND or k == FIRST}
    story.services = replace(newest, library=replace(newest.library, workflows=flows))
    ref = story.open()
    story.services = newest
    return ref


def test_a_case_of_the_first_version_is_carried_to_its_end(story: Story) -> None:
    old = open_as_first(story)
    for name in BEFORE_THE_MONEY:
        LIFE[name](story)
    newer = story.after("fund")
    story.ref = old
    planned = {"activity": "Visita", "starts": "2027-01-11", "ends": "2027-01-29"}
    agreed = {k: v for k, v in papers.agreement(story.today).items() if k != "receiving"}
    agreed |= {
        "designated_official": "Ana",
        "designated_post": "Directora",
        "plan": [{**planned, "responsible": "Ana"}],
    }
    story.do(APPLICANT, "record_agreement", agreed)
    story.do(FUND, "start_execution")
    story.do(INSTITUTION, "request_tranche", papers.tranche(8_000))
    story.do(CERTIFIER, "certify_tranche")
    story.do(FUND, "pay_tranche", papers.payment(story.today))
    told = {
        k: v for k, v in papers.progress(story.today, {papers.FARES: 4_000}).items() if k != "work"
    }
    told |= {"activities": "Visita realizada.", "women": 5, "men": 4}
    story.do(INSTITUTION, "submit_report", told)
    story.do(SECRETARIAT, "accept_report")
    story.do(APPLICANT, "submit_final_report", papers.final({papers.PER_DIEM: 4_000}))
    story.do(SECRETARIAT, "accept_final_accounts")
    story.do(SECRETARIAT, "close")
    assert (story.state, story.status(), story.due_day()) == ("closed", "closed", "")
    assert story.case(old).definition == FIRST
    assert story.case(newer).definition != FIRST
    assert not story.faults()
