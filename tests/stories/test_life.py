"""The whole life of a request, act by act: what each one changes, and nothing else.

One line of the table a column: state, whole dollars (reserved, committed, disbursed, advanced,
spent), the Secretariat's day on which the term of the state ends, the status the public reads.
Terms were counted by hand from Monday 14 September 2026, with the holidays of 12 October, 11 and
26 November.
"""

from datetime import timedelta
from typing import NamedTuple

from ricomi_workflow.kernel.money import Money
from ricomi_workflow.reports.results import read_results
from tests.support.story import APPLICANT, INSTITUTION, LIFE, SECRETARIAT, Story

NOTHING = (0, 0, 0, 0, 0)
RESERVED = (10_000, 0, 0, 0, 0)
COMMITTED = (0, 10_000, 0, 0, 0)
CERTIFIED = (0, 2_000, 0, 0, 0)  # and 8,000 obligated
PAID = (0, 2_000, 8_000, 8_000, 0)
REPORTED = (0, 2_000, 8_000, 3_000, 5_000)
ACCOUNTED = (0, 2_000, 8_000, 500, 7_500)
SETTLED = (0, 2_500, 7_500, 0, 7_500)
CLOSED = (0, 0, 7_500, 0, 7_500)


class Stage(NamedTuple):
    """What is there after an act."""

    state: str
    money: tuple[int, ...]
    due: str
    public: str


EXPECTED = {
    "submit": Stage("submitted", NOTHING, "2026-09-16", ""),
    "start_review": Stage("secretariat_review", NOTHING, "2026-10-13", ""),
    "confirm_participation": Stage("secretariat_review", NOTHING, "2026-10-13", ""),
    "record_admissibility": Stage("secretariat_review", NOTHING, "2026-10-13", ""),
    "record_opinion": Stage("secretariat_review", NOTHING, "2026-10-13", ""),
    "open_ballot": Stage("ceam_vote", RESERVED, "2026-10-05", ""),
    "decide": Stage("approved_awaiting_funds", RESERVED, "2027-09-14", "funded"),
    "fund": Stage("funded", COMMITTED, "2026-10-27", "funded"),
    "record_agreement": Stage("funded", COMMITTED, "2026-10-27", "funded"),
    "submit_plan": Stage("plan_review", COMMITTED, "2026-09-28", "funded"),
    "accept_plan": Stage("funded", COMMITTED, "2026-10-27", "funded"),
    "designate_official": Stage("funded", COMMITTED, "2026-10-27", "funded"),
    "start_execution": Stage("executing", COMMITTED, "2026-12-17", "executing"),
    "request_tranche": Stage("executing", COMMITTED, "2026-12-17", "executing"),
    "certify_tranche": Stage("executing", CERTIFIED, "2026-12-17", "executing"),
    "pay_tranche": Stage("executing", PAID, "2026-12-17", "executing"),
    "submit_report": Stage("report_review", PAID, "2026-10-05", "executing"),
    "accept_report": Stage("executing", REPORTED, "2026-12-17", "executing"),
    "submit_final_report": Stage("reported", REPORTED, "2026-12-10", "reported"),
    "accept_final_accounts": Stage("reported", ACCOUNTED, "2026-12-10", "reported"),
    "record_refund": Stage("reported", SETTLED, "2026-12-10", "reported"),
    "close": Stage("closed", CLOSED, "2027-03-17", "closed"),
}
POSTED = {
    "open_ballot": {
        "available:member_states": 6_000,
        "available:permanent_observers": 4_000,
        "reserved": -10_000,
    },
    "fund": {"reserved": 10_000, "committed": -10_000},
    "certify_tranche": {"committed": 8_000, "obligated": -8_000},
    "pay_tranche": {
        "obligated": 8_000,
        "disbursed": -8_000,
        "advances": 8_000,
        "cash:usd-main": -8_000,
    },
    "accept_report": {"expenditure": 5_000, "advances": -5_000},
    "accept_final_accounts": {"expenditure": 2_500, "advances": -2_500},
    "record_refund": {"cash:usd-main": 500, "advances": -500, "disbursed": 500, "committed": -500},
    "close": {
        "committed": 2_500,
        "available:member_states": -1_500,
        "available:permanent_observers": -1_000,
    },
}
TEAM = ["focal_point:PY", "institution_user:PY"]
MEMBERS = ["ceam_alternate:CL", "ceam_delegate"]
TOLD = {
    "submit": {
        "case_submitted": ["institution_user:PY", "secretariat"],
        "participation_asked": ["focal_point:CL"],
    },
    "start_review": {"review_started": ["focal_point:CL", *TEAM]},
    "confirm_participation": {"participation_confirmed": [*TEAM, "secretariat"]},
    "open_ballot": {"ballot_opened": [*MEMBERS, "chair", "focal_point:CL", *TEAM]},
    "decide": {
        "approved": [
            *MEMBERS,
            "chair",
            "focal_point:CL",
            "focal_point:PY",
            "fund_administrator",
            "institution_user:PY",
            "secretariat",
        ]
    },
    "fund": {"funded": ["focal_point:CL", *TEAM, "secretariat"]},
    "record_agreement": {
        "agreement_recorded": [
            "certifying_officer",
            "focal_point:CL",
            "fund_administrator",
            "institution_user:PY",
            "secretariat",
        ]
    },
    "submit_plan": {"plan_submitted": ["focal_point:PY", "secretariat"]},
    "accept_plan": {
        "plan_accepted": [
            "focal_point:CL",
            "focal_point:PY",
            "fund_administrator",
            "institution_user:PY",
        ]
    },
    "designate_official": {
        "official_designated": ["certifying_officer", "fund_administrator", "secretariat"]
    },
    "start_execution": {
        "execution_started": ["certifying_officer", "focal_point:CL", *TEAM, "secretariat"]
    },
    "request_tranche": {"tranche_requested": ["certifying_officer", "focal_point:PY"]},
    "certify_tranche": {
        "tranche_certified": ["focal_point:PY", "fund_administrator", "institution_user:PY"]
    },
    "pay_tranche": {"tranche_paid": ["certifying_officer", *TEAM, "secretariat"]},
    "submit_report": {"report_submitted": ["focal_point:PY", "secretariat"]},
    "accept_report": {
        "report_accepted": [
            "certifying_officer",
            "focal_point:PY",
            "fund_administrator",
            "institution_user:PY",
        ]
    },
    "submit_final_report": {
        "final_report_submitted": [
            "focal_point:CL",
            "fund_administrator",
            "institution_user:PY",
            "secretariat",
        ]
    },
    "record_refund": {"refund_recorded": [*TEAM, "secretariat"]},
    "close": {
        "closed": [
            *MEMBERS,
            "chair",
            "focal_point:CL",
            "focal_point:PY",
            "fund_administrator",
            "institution_user:PY",
        ],
        "facts_to_confirm": ["focal_point:CL", "focal_point:PY"],
    },
}


def stage(story: Story) -> Stage:
    return Stage(story.state, story.money(), story.due_day(), story.status())


def test_every_act_brings_state_money_term_and_public_status_where_they_belong(
    story: Story,
) -> None:
    story.open()
    assert stage(story) == Stage("draft", NOTHING, "2027-03-10", "")
    found = {}
    for name, act in LIFE.items():
        act(story)
        found[name] = stage(story)
        assert not story.faults(), name
    assert found == EXPECTED
    assert story.available() == (95_500, 97_000)
    assert_told_once(story)


def assert_told_once(story: Story) -> None:
    """The project stands among the results of its day, with its money, and of no day after it."""
    with story.services.uow.read() as connection:
        own, after, eve = (
            read_results(connection, story.services, story.today + back, story.today + back)
            for back in (timedelta(0), timedelta(1), -timedelta(1))
        )
    (project,) = own.completed
    assert own.projects == own.approved == own.completed
    assert own.running == after.projects == eve.projects == ()
    assert (project.ref, project.country, project.providers) == (story.ref, "PY", ())
    assert (project.cost, project.spent) == (Money(1_000_000), Money(750_000))
    assert (own.cost_each(), own.moved("spent")) == (Money(750_000), Money(750_000))
    assert (after.cost_each(), after.moved("spent")) == (None, Money(0))
    assert own.people("officials_trained_women") == project.number("officials_trained_women") > 0


def test_every_act_posts_its_journal_and_tells_whom_it_concerns(story: Story) -> None:
    story.open()
    posted, told = {}, {}
    for name, act in LIFE.items():
        act(story)
        posted[name], told[name] = story.moved(), story.told()
    assert {name: lines for name, lines in posted.items() if lines} == POSTED
    assert {name: offices for name, offices in told.items() if offices} == TOLD


BEFORE_THE_VOTE = [
    f"1 case.opened >draft {APPLICANT}",
    f"2 case.submit draft>submitted {APPLICANT}",
    f"3 case.start_review submitted>secretariat_review {SECRETARIAT}",
    "4 case.confirm_participation secretariat_review>secretariat_review partner:CL",
    f"5 case.record_admissibility secretariat_review>secretariat_review {SECRETARIAT}",
    f"6 case.record_opinion secretariat_review>secretariat_review {SECRETARIAT}",
    f"7 case.open_ballot secretariat_review>ceam_vote {SECRETARIAT}",
]
AFTER_THE_VOTE = [
    "25 case.decide ceam_vote>approved_awaiting_funds system",
    "26 case.fund approved_awaiting_funds>funded fund_administrator",
    f"27 case.record_agreement funded>funded {APPLICANT}",
    f"28 case.submit_plan funded>plan_review {INSTITUTION}",
    f"29 case.accept_plan plan_review>funded {SECRETARIAT}",
    f"30 case.designate_official funded>funded {APPLICANT}",
    "31 case.start_execution funded>executing fund_administrator",
    f"32 case.request_tranche executing>executing {INSTITUTION}",
    "33 case.certify_tranche executing>executing certifying_officer",
    "34 case.pay_tranche executing>executing fund_administrator",
    f"35 case.submit_report executing>report_review {INSTITUTION}",
    f"36 case.accept_report report_review>executing {SECRETARIAT}",
    f"37 case.submit_final_report executing>reported {APPLICANT}",
    f"38 case.accept_final_accounts reported>reported {SECRETARIAT}",
    "39 case.record_refund reported>reported fund_administrator",
    f"40 case.close reported>closed {SECRETARIAT}",
]


def test_the_trail_tells_the_whole_life_in_numbered_entries(story: Story) -> None:
    story.after("close")
    votes = [
        f"{number} ballot.vote_cast ceam_vote>ceam_vote ceam_delegate:{country}"
        for number, country in enumerate(story.voters[:17], 8)
    ]
    assert story.acts() == [*BEFORE_THE_VOTE, *votes, *AFTER_THE_VOTE]
    assert story.entries()[24].cause_seq == 24


def test_the_public_reads_the_request_at_approval_and_the_results_at_closing(story: Story) -> None:
    story.after("decide")
    approved = story.public()
    assert approved is not None
    assert approved.title == {
        "es": "Registro de personas retornadas",
        "en": "Register of returnees",
    }
    assert approved.amount_minor == 1_000_000
    assert "contact" not in approved.public
    assert "what_changed" not in approved.public
    story.after("close")
    closed = story.public()
    assert closed is not None
    assert closed.public["what_changed"] == {"es": "El procedimiento está en uso."}
    assert closed.public["participants"] == ["CL"]
