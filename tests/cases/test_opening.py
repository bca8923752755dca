"""Opening a case: its number, its definition, its first entry; and drafts, outside the trail."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from ricomi_workflow.cases.commands import lock, open_case
from ricomi_workflow.cases.drafts import get_draft, save_draft
from ricomi_workflow.cases.models import case as case_table
from ricomi_workflow.cases.models import draft_field
from ricomi_workflow.cases.rows import find_latest_submission
from ricomi_workflow.definitions.model import FormDef
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import Forbidden, Invalid, NotFound
from tests.support import papers
from tests.support.story import APPLICANT, INSTITUTION, KIND, SECRETARIAT, Story, answer_of, codes
from tests.support.threads import at_once


def request(story: Story) -> FormDef:
    return story.services.library.forms["request/v2"]


def save(story: Story, office: str, form: FormDef, values: dict[str, Json]) -> int:
    with story.act(office) as tx:
        return save_draft(tx, story.services, lock(tx, story.services, story.ref), form, values)


def test_a_case_begins_in_the_newest_version_with_one_entry_and_a_term(story: Story) -> None:
    ref = story.open()
    case, workflow = story.case(), story.services.library.latest(KIND)
    assert (ref, case.state, case.version, case.entered) == ("RICOMI-2026-0001", "draft", 1, 1)
    assert (case.definition, case.country, case.illustrative) == (workflow.key, "PY", False)
    assert story.acts() == [f"1 case.opened >draft {APPLICANT}"]
    assert story.due_day() == "2027-03-10"
    with story.services.uow.read() as connection:
        pinned = connection.scalar(select(case_table.c.definition_digest))
    assert pinned == workflow.digest


def test_numbers_count_within_the_secretariats_year(story: Story) -> None:
    story.clock.at = datetime(2027, 1, 1, 2, tzinfo=UTC)  # still 2026 in Washington
    assert story.open() == "RICOMI-2026-0001"
    story.after("decide")
    entry = story.public()
    assert entry is not None
    assert (entry.ref, entry.year) == ("RICOMI-2026-0002", 2026)
    story.clock.at = datetime(2027, 1, 1, 6, tzinfo=UTC)
    assert story.open() == "RICOMI-2027-0001"


def test_cases_opened_at_once_have_numbers_of_their_own(story: Story) -> None:
    def opens() -> None:
        with story.services.uow.begin(story.people[APPLICANT]) as tx:
            open_case(tx, story.services, KIND, "PY")

    assert at_once(*[opens] * 6) == []
    with story.services.uow.read() as connection:
        refs = sorted(connection.scalars(select(case_table.c.ref)))
    assert refs == [f"RICOMI-2026-000{n}" for n in range(1, 7)]
    assert not story.faults()


@pytest.mark.parametrize(
    ("office", "kind", "country", "error"),
    [
        (SECRETARIAT, KIND, "PY", Forbidden),
        (APPLICANT, KIND, "CL", Forbidden),
        ("ceam_delegate:PY", KIND, "PY", Forbidden),
        (APPLICANT, "pilgrimage", "PY", NotFound),
    ],
)
def test_a_case_is_opened_by_those_whom_its_kind_names(
    story: Story, office: str, kind: str, country: str, error: type[Exception]
) -> None:
    def opens() -> None:
        with story.act(office) as tx:
            open_case(tx, story.services, kind, country)

    assert isinstance(answer_of(opens), error)
    assert story.open() == "RICOMI-2026-0001"  # no number was used up


def test_a_draft_may_be_anything_and_leaves_no_entry(story: Story) -> None:
    story.open()
    assert save(story, INSTITUTION, request(story), {"months": "perhaps six"}) == 1
    assert save(story, APPLICANT, request(story), {"months": 6}) == 2
    with story.services.uow.read() as connection:
        kept = get_draft(connection, story.case().id, "request")
        empty = get_draft(connection, story.case().id, "agreement")
    assert (kept.values, kept.revision) == ({"months": 6}, 2)
    assert kept.updated_by == story.people[APPLICANT].user_id
    assert (empty.values, empty.revision, empty.updated_at) == ({}, 0, None)
    assert story.case().version == 1


def test_a_submitted_draft_is_frozen_and_gone(story: Story) -> None:
    story.open()
    save(story, INSTITUTION, request(story), papers.request(story.today))
    story.do(APPLICANT, "submit")
    with story.services.uow.read() as connection:
        frozen = find_latest_submission(connection, story.case().id, "request")
        assert connection.execute(select(draft_field)).all() == []
    assert frozen is not None
    assert (frozen.number, frozen.seq, frozen.by) == (1, 2, story.people[APPLICANT].user_id)
    assert story.entries()[-1].detail["submission"] == frozen.digest


def test_a_draft_that_was_passed_over_does_not_come_back_later(story: Story) -> None:
    story.open()
    save(story, INSTITUTION, request(story), papers.request(story.today, months=3))
    story.do(APPLICANT, "submit", papers.request(story.today, months=9))
    story.do(SECRETARIAT, "start_review")
    story.do(SECRETARIAT, "return_for_clarification", reason="Why nine months?")
    assert isinstance(answer_of(lambda: story.do(APPLICANT, "resubmit")), Invalid)
    with story.services.uow.read() as connection:
        assert get_draft(connection, story.case().id, "request").revision == 0


def test_an_incomplete_draft_is_refused_with_every_mistake_and_kept(story: Story) -> None:
    story.open()
    save(story, INSTITUTION, request(story), {"months": 61, "title": {"es": "Registro"}})
    error = answer_of(lambda: story.do(APPLICANT, "submit"))
    assert isinstance(error, Invalid)
    assert {"months", "summary", "budget", "declaration"} <= {f.path for f in error.fields}
    with story.services.uow.read() as connection:
        assert get_draft(connection, story.case().id, "request").values["months"] == 61


@pytest.mark.parametrize(
    ("last", "office", "form", "allowed"),
    [
        ("", INSTITUTION, "request/v2", True),
        ("", APPLICANT, "agreement/v1", False),  # not a form of this state
        ("submit", APPLICANT, "request/v2", False),  # frozen while it is read
        ("start_review", SECRETARIAT, "admissibility/v2", True),
        ("start_review", APPLICANT, "admissibility/v2", False),
        ("fund", INSTITUTION, "agreement/v1", True),
        ("fund", "focal_point:CL", "agreement/v1", False),
        ("start_execution", INSTITUTION, "progress_report/v1", True),
    ],
)
def test_a_form_is_written_by_those_who_may_edit_it_in_this_state(
    story: Story, last: str, office: str, form: str, *, allowed: bool
) -> None:
    story.after(last) if last else story.open()
    definition = story.services.library.forms[form]
    if allowed:
        assert save(story, office, definition, {"reference": "x"}) == 1
        return
    assert codes(answer_of(lambda: save(story, office, definition, {}))) == ["forbidden"]
