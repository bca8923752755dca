"""A return names what is to be changed; what a resubmission changes decides what stays approved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from ricomi_workflow.cases.commands import advance, lock
from ricomi_workflow.cases.drafts import save_draft
from ricomi_workflow.cases.queries import list_cases
from ricomi_workflow.cases.requested_changes import RequestedChange, list_requested_changes
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import Invalid, NotOffered
from tests.support import papers
from tests.support.story import (
    APPLICANT,
    PARTNER,
    SECRETARIAT,
    Story,
    answer_of,
    codes,
)

WHY = "Two things to change."
BUDGET = {"section": "money", "field": "budget", "text": "  Name the  airline. "}
PURPOSE = {"section": "purpose", "field": None, "text": ""}
Given = Mapping[str, Json]


def returned(story: Story, *points: Given) -> None:
    """The request goes back with these points."""
    with story.act(SECRETARIAT) as tx:
        found = lock(tx, story.services, story.ref)
        advance(tx, story.services, found, "return_for_clarification", reason=WHY, points=points)


def resubmitted(story: Story, **changes: Json) -> None:
    """The request comes back, changed."""
    story.do(APPLICANT, "resubmit", papers.request(story.today, **changes))


def asked(story: Story) -> tuple[RequestedChange, ...]:
    """What was asked since the request was last handed in."""
    found = story.case()
    workflow = story.services.process(found).workflow
    handed_in = [e.seq for e in story.entries() if e.detail.get("form") == workflow.form]
    with story.services.uow.read() as connection:
        return list_requested_changes(connection, workflow, found, "request", after=handed_in[-1])


def found_by(story: Story, words: str) -> list[str]:
    with story.services.uow.read() as connection:
        who = story.people[SECRETARIAT]
        return [each.ref for each in list_cases(connection, story.services, who, words=words)]


def test_a_search_finds_the_title_that_holds_now_without_its_accents(story: Story) -> None:
    story.after("start_review")
    assert found_by(story, "REGISTER Registró returnees") == [story.ref]
    returned(story)
    resubmitted(story, title={"es": "Atención en la frontera", "fr": "À l'œuvre 100 %"})
    assert found_by(story, "atencion frontera") == [story.ref]
    assert found_by(story, "a l' 100 %") == [story.ref]
    assert found_by(story, "registro") == []
    assert found_by(story, "fr") == [story.ref]  # of `frontera`, not of the language
    assert found_by(story, "es_") == []
    assert not story.faults()


def refusals(story: Story) -> list[str] | None:
    return story.why_not(SECRETARIAT, "open_ballot")


def voided(story: Story) -> list[tuple[Json, Json]]:
    found = story.entries()[-1].detail.get("voided", [])
    assert isinstance(found, list)
    return [(each["act"], each["sections"]) for each in found if isinstance(each, Mapping)]


def test_points_stand_in_the_trail_in_the_order_of_the_form_until_they_are_answered(
    story: Story,
) -> None:
    story.after("record_opinion")
    returned(story, BUDGET, PURPOSE)
    entry = story.entries()[-1]
    assert entry.detail["points_of"] == "request"
    assert entry.detail["points"] == [
        {"section": "purpose", "field": None, "text": ""},
        {"section": "money", "field": "budget", "text": "Name the  airline."},
    ]
    assert [(p.section, p.field) for p in asked(story)] == [("purpose", None), ("money", "budget")]
    resubmitted(story)
    assert asked(story) == ()
    assert not story.faults()


@pytest.mark.parametrize(
    "wrong",
    [
        {"section": "money", "field": "title", "text": "x"},
        {"section": "nowhere", "field": None, "text": "x"},
        {"section": "money", "field": "budget", "text": "x" * 2_001},
    ],
)
def test_a_point_must_lead_to_a_place_of_the_form(story: Story, wrong: Given) -> None:
    story.after("record_opinion")
    before = story.case()
    error = answer_of(lambda: returned(story, wrong))
    assert isinstance(error, Invalid)
    assert error.fields[0].path == "points.0"
    assert story.case() == before


def test_an_act_that_returns_nothing_takes_no_points(story: Story) -> None:
    story.after("submit")
    with story.act(SECRETARIAT) as tx:
        found = lock(tx, story.services, story.ref)
        error = answer_of(
            lambda: advance(tx, story.services, found, "start_review", points=[BUDGET])
        )
    assert codes(error) == ["points: unknown"]


def test_an_unchanged_request_keeps_every_approval(story: Story) -> None:
    story.after("record_opinion")
    returned(story, BUDGET)
    resubmitted(story)
    assert "voided" not in story.entries()[-1].detail
    assert refusals(story) == []
    assert not story.faults()


def test_a_changed_summary_voids_nothing(story: Story) -> None:
    story.after("record_opinion")
    returned(story)
    resubmitted(story, summary={"es": "Dicho de otro modo."})
    assert voided(story) == []
    assert refusals(story) == []


def test_a_changed_institution_voids_admissibility_alone(story: Story) -> None:
    story.after("record_opinion")
    returned(story)
    resubmitted(story, contact="Luz, luz@example.org")
    assert voided(story) == [("record_admissibility", ["institutions"])]
    assert refusals(story) == ["admissibility_voided"]
    story.do(SECRETARIAT, "record_admissibility", papers.admissibility())
    assert refusals(story) == []
    assert not story.faults()


def test_changed_money_voids_whatever_rests_on_it_and_says_why(story: Story) -> None:
    story.after("record_opinion")
    returned(story, BUDGET)
    resubmitted(story, months=9, **papers.costing(9_000))
    assert voided(story) == [
        ("confirm_participation", ["activities", "money"]),
        ("record_admissibility", ["activities", "money"]),
        ("record_opinion", ["activities", "money"]),
    ]
    assert refusals(story) == ["admissibility_voided", "opinion_voided", "participants_voided"]
    assert not story.faults()
    story.do(PARTNER, "confirm_participation")
    story.do(SECRETARIAT, "record_admissibility", papers.admissibility())
    story.do(SECRETARIAT, "record_opinion", papers.opinion())
    assert refusals(story) == []
    story.do(SECRETARIAT, "open_ballot")
    assert not story.faults()


def test_what_was_voided_stays_voided_when_the_old_answer_comes_back(story: Story) -> None:
    story.after("record_opinion")
    returned(story)
    resubmitted(story, months=9)
    returned(story)
    resubmitted(story)
    assert refusals(story) == ["admissibility_voided", "opinion_voided", "participants_voided"]


def test_in_version_1_every_resubmission_ends_checklist_and_opinion_alone(story: Story) -> None:
    library = story.services.library
    first = {key: flow for key, flow in library.workflows.items() if key.endswith("/v1")}
    story.services = replace(story.services, library=replace(library, workflows=first))
    story.after("record_opinion")
    assert story.case().definition == "cooperation_request/v1"
    returned(story)
    resubmitted(story)
    assert refusals(story) == ["admissibility_missing", "opinion_missing"]
    assert not story.faults()


def test_nothing_that_is_voted_on_can_be_edited_while_the_ballot_is_open(story: Story) -> None:
    story.after("open_ballot")
    sealed = [e.detail["submission"] for e in story.entries() if "submission" in e.detail]
    form = story.services.library.forms[story.services.process(story.case()).workflow.form]
    with story.act(APPLICANT) as tx:
        found = lock(tx, story.services, story.ref)
        error = answer_of(lambda: save_draft(tx, story.services, found, form, {"months": 1}))
    assert codes(error) == ["content_bound"]
    assert isinstance(answer_of(lambda: resubmitted(story, months=9)), NotOffered)
    now = [e.detail["submission"] for e in story.entries() if "submission" in e.detail]
    assert now == sealed
