"""A ballot binds the text that is voted on, its attachments and its electorate (N2, N3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from ricomi_workflow.audit.queries import verify_trails
from ricomi_workflow.ballots.queries import BallotView, ballot_view
from ricomi_workflow.ballots.rules import Outcome, Tally
from ricomi_workflow.bootstrap import TRAIL_CHECKS
from ricomi_workflow.cases.commands import lock
from ricomi_workflow.cases.drafts import save_draft, save_fields
from ricomi_workflow.cases.models import draft_field, submission
from ricomi_workflow.cases.rows import find_latest_submission
from ricomi_workflow.identity.commands import end_role, give_role
from ricomi_workflow.identity.models import role_grant
from ricomi_workflow.identity.queries import find_actor
from ricomi_workflow.kernel.actors import SYSTEM, Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import Refused
from ricomi_workflow.reference_data.membership import electorate
from ricomi_workflow.reference_data.model import Participation, Period
from tests.support import papers
from tests.support.story import APPLICANT, CHAIR, SECRETARIAT, Story, answer_of, codes

WHY = "The budget is to change."


@pytest.fixture
def voting(story: Story) -> Story:
    """A case before the committee on which three states have voted."""
    story.after("open_ballot")
    for country in story.voters[:3]:
        story.vote(country)
    return story


def view(story: Story, number: int | None = None) -> BallotView:
    with story.services.uow.read() as connection:
        found = ballot_view(connection, story.case().id, number)
    assert found is not None
    return found


def rows(story: Story) -> tuple[int, ...]:
    """How many rows there are of what an edit could write."""
    with story.services.uow.read() as connection:
        counts = (
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (draft_field, submission)
        )
        return (*counts, story.case().version)


def saved(story: Story, **values: Json) -> object:
    """What the domain answers when the applicant saves these fields of the request."""
    with story.act(APPLICANT) as tx:
        found = lock(tx, story.services, story.ref)
        form = story.services.library.forms["request/v2"]
        return answer_of(lambda: save_fields(tx, story.services, found, form, values))


def test_the_ballot_holds_the_digest_of_the_request_and_of_its_attachments(voting: Story) -> None:
    with voting.services.uow.read() as connection:
        request = find_latest_submission(connection, voting.case().id, "request")
    assert request is not None
    ballot = view(voting).ballot
    assert (ballot.content_form, ballot.content_number) == (request.form_key, request.number)
    assert ballot.content_digest == request.digest
    entry = next(e for e in voting.entries() if e.seq == ballot.seq)
    assert entry.detail["files"] == list(ballot.files)


@pytest.mark.parametrize("values", [{"months": 9}, {"months": 9, "contact": "Luz"}])
def test_a_material_field_is_not_edited_meanwhile_and_nothing_is_written(
    voting: Story, values: dict[str, Json]
) -> None:
    before = rows(voting)
    assert codes(saved(voting, **values)) == ["content_bound"]  # type: ignore[arg-type]
    answer = answer_of(lambda: voting.do(APPLICANT, "correct_request", {**values}))
    assert codes(answer) == ["content_bound"]
    assert rows(voting) == before


def test_what_is_not_material_is_corrected_and_the_positions_stand(voting: Story) -> None:
    before = view(voting)
    with voting.act(APPLICANT) as tx:
        found = lock(tx, voting.services, voting.ref)
        form = voting.services.library.forms["request/v2"]
        save_draft(tx, voting.services, found, form, {"contact": "Luz Paz, +56 2 000"})
    voting.do(APPLICANT, "correct_request")
    entry = voting.entries()[-1]
    assert entry.act == "case.correct_request"
    assert entry.detail["corrected"] == ["contact"]
    assert "voided" not in entry.detail
    after = view(voting)
    assert (after.tally, after.history) == (before.tally, before.history)
    assert after.ballot.content_digest == before.ballot.content_digest
    with voting.services.uow.read() as connection:
        request = find_latest_submission(connection, voting.case().id, "request")
        assert [found for found in verify_trails(connection, TRAIL_CHECKS) if found] == []
    assert request is not None
    assert request.values["contact"] == "Luz Paz, +56 2 000"
    assert request.number == (before.ballot.content_number or 0) + 1


@pytest.mark.parametrize("same", [{}, {"contact": ...}])
def test_a_correction_that_changes_nothing_is_refused_with_its_reason(
    voting: Story, same: dict[str, object]
) -> None:
    with voting.services.uow.read() as connection:
        request = find_latest_submission(connection, voting.case().id, "request")
    assert request is not None
    before = rows(voting)
    given = {name: request.values[name] for name in same}
    answer = answer_of(lambda: voting.do(APPLICANT, "correct_request", given))
    assert codes(answer) == ["nothing_corrected"]
    assert rows(voting) == before


def test_the_database_takes_no_other_text_meanwhile(voting: Story) -> None:
    copied = ", ".join(f'"{c.name}"' for c in submission.c if c.name not in {"id", "number", "seq"})
    forged = (
        f"INSERT INTO submission (id, number, seq, {copied})"
        f' SELECT id + 1, number + 7, (SELECT max(version) FROM "case" WHERE id = case_id),'
        f" {copied} FROM submission WHERE form = 'request'"
    )
    with (
        pytest.raises(DatabaseError, match="content_is_bound"),
        voting.engine.begin() as connection,
    ):
        connection.execute(text(forged))


@pytest.mark.parametrize("office", [CHAIR, SECRETARIAT])
def test_after_a_recall_the_positions_are_void_and_the_next_round_binds_the_new_text(
    voting: Story, office: str
) -> None:
    first = view(voting).ballot
    voting.do(office, "recall_ballot", reason=WHY)
    assert voting.state == "returned"
    recalled = view(voting)
    assert (recalled.ballot.outcome, recalled.tally) == (Outcome.RECALLED, Tally(32))
    assert [v.void for v in recalled.history] == [True] * 3
    voting.do(APPLICANT, "resubmit", papers.request(voting.today, contact="Luz"))
    voting.do(SECRETARIAT, "record_admissibility", papers.admissibility())
    voting.do(SECRETARIAT, "open_ballot")
    again = view(voting)
    assert (again.ballot.round, again.tally, again.history) == (2, Tally(32), ())
    assert again.ballot.content_digest != first.content_digest
    assert view(voting, 1).tally == Tally(32)
    with voting.services.uow.read() as connection:
        assert [found for found in verify_trails(connection, TRAIL_CHECKS) if found] == []


def test_nobody_else_recalls(voting: Story) -> None:
    answer = answer_of(lambda: voting.do(APPLICANT, "recall_ballot", reason=WHY))
    assert isinstance(answer, Refused)
    assert codes(answer) == ["role"]


def test_who_joins_leaves_or_sends_another_delegate_does_not_move_an_open_ballot(
    voting: Story,
) -> None:
    before = view(voting)
    today, seats = voting.today, [(s.country, s.counted) for s in before.seats]
    facts = voting.services.reference
    states = dict(facts.states)
    gone, came = voting.voters[0], next(c for c, counted in seats if not counted)
    since = today + timedelta(days=1)
    for country, status in (
        (gone, Participation.SUSPENDED),
        (voting.voters[5], Participation.WITHDRAWN),
        (came, Participation.PARTICIPATES),
    ):
        *earlier, last = states[country].periods
        periods = (*earlier, replace(last, until=today), Period(since, None, status, "a test"))
        states[country] = replace(states[country], periods=periods)
    voting.services = replace(voting.services, reference=replace(facts, states=states))
    voting.clock.advance(timedelta(days=1))
    after = view(voting)
    assert [(s.country, s.counted) for s in after.seats] == seats
    assert (after.tally, after.missing) == (before.tally, before.missing)
    voting.vote(voting.voters[5])  # its seat is frozen with the ballot
    body = voting.services.reference.body("ceam")
    new = electorate(body, voting.services.reference, voting.today).counted
    assert set(new) ^ set(voting.voters) == {gone, came, voting.voters[5]}
    voting.do(CHAIR, "defer", reason=WHY)
    voting.do(SECRETARIAT, "open_ballot")  # one opened later uses the roster of its own day
    assert [seat.country for seat in view(voting).counted] == list(new)


def test_another_representative_speaks_for_the_same_seat(voting: Story) -> None:
    country = voting.voters[1]
    before = view(voting)
    with voting.services.uow.begin(SYSTEM) as tx:
        old = voting.people[f"ceam_delegate:{country}"].user_id
        key = voting.people["focal_point:AR"].user_id
        assert key is not None
        held = select(role_grant.c.id).where(
            role_grant.c.user_id == old, role_grant.c.role == "ceam_delegate"
        )
        end_role(tx, tx.connection.execute(held).scalar_one())
        give_role(tx, key, Role.CEAM_DELEGATE, country)
    with voting.services.uow.read() as connection:
        actor = find_actor(connection, key, voting.today)
    assert actor is not None
    voting.people["new"] = actor
    voting.vote(country, "against", by="new")
    after = view(voting)
    assert (len(after.seats), after.answered) == (len(before.seats), before.answered)
    assert [v.country for v in after.history if not v.replaced].count(country) == 1
