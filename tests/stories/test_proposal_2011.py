"""The proposal of 31 August 2011 through the verbs that a person uses.

Its text finances 130,000; its cover sheet lacks 19,000 and is refused by import and by hand alike.
What is decided here is decided in a test: no decision on the 2011 proposal is known.
"""

from collections.abc import Mapping
from pathlib import Path

import pytest
from sqlalchemy import func, select

from ricomi_workflow import resources
from ricomi_workflow.audit.queries import list_entries
from ricomi_workflow.cases.commands import lock
from ricomi_workflow.cases.drafts import save_draft
from ricomi_workflow.cases.models import case as case_table
from ricomi_workflow.cases.request_import import CaseFile, import_case, read_case_file
from ricomi_workflow.cases.rows import find_latest_submission
from ricomi_workflow.fund.queries import get_case_finances
from ricomi_workflow.kernel.errors import FieldError, Invalid
from ricomi_workflow.kernel.text import LANGUAGES
from tests.support import papers
from tests.support.story import APPLICANT, SECRETARIAT, Story, answer_of


def shipped(name: str) -> CaseFile:
    return read_case_file(Path(str(resources.root("reference"))) / "cases" / f"{name}.yaml")


def imported(story: Story, name: str, *, submit: bool = True) -> None:
    with story.act(APPLICANT) as tx:
        story.ref = import_case(tx, story.services, shipped(name), submit=submit).ref


def the_gap(error: Exception) -> FieldError:
    assert isinstance(error, Invalid)
    (mistake,) = error.fields
    return mistake


def test_the_text_is_carried_from_import_to_the_approval_of_130000(story: Story) -> None:
    imported(story, "ricomi-2011")
    assert story.state == "submitted"
    assert story.case().illustrative
    story.do(SECRETARIAT, "start_review")
    story.do(SECRETARIAT, "record_admissibility", papers.admissibility())
    story.do(SECRETARIAT, "record_opinion", papers.opinion())
    story.do(SECRETARIAT, "open_ballot")
    assert story.money() == (130_000, 0, 0, 0, 0)
    assert story.available() == (35_000, 35_000)
    story.vote_until_decided()
    entry = story.public()
    assert entry is not None
    assert (entry.illustrative, entry.amount_minor) == (True, 13_000_000)
    assert not story.faults()


def test_eleven_lines_in_three_components_stand_in_the_frozen_request(story: Story) -> None:
    imported(story, "ricomi-2011")
    with story.services.uow.read() as connection:
        money = get_case_finances(connection, story.case())
        request = find_latest_submission(connection, story.case().id, "request")
    assert len(money.lines) == 11
    by_component: dict[str, int] = {}
    for line in money.lines:
        dollars = line.budgeted.minor // 100
        by_component[line.component] = by_component.get(line.component, 0) + dollars
    assert by_component == {"development": 92_248, "meeting": 27_500, "identification": 10_252}
    assert request is not None
    assert (request.number, request.form_key) == (1, "request/v2")


def test_the_cover_sheet_is_refused_by_import_and_leaves_no_case(story: Story) -> None:
    gap = the_gap(answer_of(lambda: imported(story, "ricomi-2011-cover")))
    assert (gap.path, gap.also, gap.code) == ("financing", ("budget",), "financing_differs")
    assert "19000.00" in gap.params.values()
    with story.services.uow.read() as connection:
        assert connection.execute(select(func.count()).select_from(case_table)).scalar() == 0
    story.open()
    assert story.ref == "RICOMI-2026-0001"


@pytest.mark.parametrize("kept_as_draft", [True, False])
def test_the_cover_sheet_is_refused_by_hand_whether_kept_as_a_draft_or_not(
    story: Story, *, kept_as_draft: bool
) -> None:
    values = {**shipped("ricomi-2011-cover").values, "start_date": "2027-01-04"}
    ref = story.open()
    if kept_as_draft:
        with story.act(APPLICANT) as tx:
            form = story.services.library.forms["request/v2"]
            save_draft(tx, story.services, lock(tx, story.services, ref), form, values)
    given = None if kept_as_draft else values
    gap = the_gap(answer_of(lambda: story.do(APPLICANT, "submit", given)))
    assert (gap.path, gap.also, gap.code) == ("financing", ("budget",), "financing_differs")
    assert "19000.00" in gap.params.values()
    assert (story.state, story.case().version) == ("draft", 1)


def test_a_missing_contribution_makes_the_cover_sheet_whole(story: Story) -> None:
    values = {**shipped("ricomi-2011-cover").values, "start_date": "2027-01-04"}
    story.open()
    answer_of(lambda: story.do(APPLICANT, "submit", values))
    story.do(APPLICANT, "submit", values | {"financing": papers.financing(84_000, 46_000)})
    assert story.state == "submitted"


def test_the_case_of_the_proposal_says_what_is_known_of_it(story: Story) -> None:
    imported(story, "ricomi-2011")

    with story.services.uow.read() as connection:
        note = list_entries(connection, story.case().id)[0].detail["note"]
    assert isinstance(note, Mapping)
    assert "no decision on the 2011 proposal is known" in " ".join(str(note["en"]).split())
    assert set(note) == set(LANGUAGES)
    assert all("INCOMI" in str(note[lang]) for lang in LANGUAGES)  # two names for one network (N24)
