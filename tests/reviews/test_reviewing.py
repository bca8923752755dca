"""Reviewers are asked, declare, score: nobody sees or counts what they should not."""

import pytest

from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import Forbidden, Invalid, NotFound, Refused
from ricomi_workflow.reviews.commands import GivenScore, release_reviewer
from ricomi_workflow.reviews.rows import Status, scheme_of, score_reviews
from tests.support import papers
from tests.support.reviewing import Panel, points, reviewer
from tests.support.story import APPLICANT, SECRETARIAT, answer_of, codes


def statuses(panel: Panel) -> list[str]:
    """Where each review stands."""
    return [review.status.value for review in panel.reviews()]


def test_reviewers_are_asked_and_told_and_the_trail_names_nobody(panel: Panel) -> None:
    panel.under_review()
    assert panel.assign() == [1, 2]
    assert panel.story.told() == {"review_assigned": ["reviewer:Ana", "reviewer:Bruno"]}
    entry = panel.story.entries()[-1]
    assigned = entry.detail["assigned"]
    assert isinstance(assigned, dict)
    assert (entry.act, sorted(assigned)) == ("review.assigned", ["1", "2"])
    assert "Ana" not in str(entry.detail)
    assert not panel.story.faults()


def test_nothing_is_scored_before_the_declaration(panel: Panel) -> None:
    panel.under_review()
    panel.assign()
    error = answer_of(lambda: panel.score("Ana", points()))
    assert codes(error) == ["conflict_not_declared"]
    panel.declare("Ana")
    panel.score("Ana", points())
    assert statuses(panel) == ["scored", "assigned"]


def test_a_conflict_recuses_by_name_and_another_review_is_needed(panel: Panel) -> None:
    panel.under_review()
    panel.assign()
    assert codes(answer_of(lambda: panel.declare("Ana", conflict=True))) == ["reason: required"]
    panel.declare("Ana", conflict=True, reason="Trabajó en esa dirección.")
    entry = panel.story.entries()[-1]
    assert (entry.act, entry.detail["reviewer"]) == ("review.recused", "Ana")
    assert entry.reason is None  # the reason is for the Secretariat
    assert panel.story.told() == {"review_conflict": [SECRETARIAT]}
    assert codes(answer_of(lambda: panel.score("Ana", points()))) == ["review_ended"]
    assert panel.story.why_not(SECRETARIAT, "end_technical_review") == [
        "reviewers_missing",
        "reviews_missing",
    ]
    reviewer(panel.story, "Carla")
    assert panel.assign("Ana", "Bruno", "Carla") == [3]
    assert not panel.story.faults()


def test_the_review_is_stopped_only_when_too_few_people_are_free_of_conflict(panel: Panel) -> None:
    panel.under_review()
    assert panel.story.why_not(SECRETARIAT, "stop_technical_review") == ["reviewers_enough"]
    reviewer(panel.story, "Diego", panel.story.case().country)  # who may not be asked
    panel.assign("Bruno")
    panel.declare("Bruno")
    panel.score("Bruno", points())
    panel.assign("Ana")
    assert panel.story.why_not(SECRETARIAT, "stop_technical_review") == ["reviewers_enough"]
    panel.declare("Ana", conflict=True, reason="Trabajó en esa dirección.")
    panel.story.do(SECRETARIAT, "stop_technical_review", reason="Solo queda una persona.")
    assert panel.story.case().state == "secretariat_review"
    assert statuses(panel) == ["scored", "recused"]  # what was reviewed is kept
    panel.story.do(SECRETARIAT, "begin_technical_review")
    reviewer(panel.story, "Carla")
    assert panel.story.why_not(SECRETARIAT, "stop_technical_review") == ["reviewers_enough"]
    assert not panel.story.faults()


def test_the_review_ends_when_enough_are_complete(panel: Panel) -> None:
    panel.reviewed(Ana=10)
    assert panel.story.why_not(SECRETARIAT, "end_technical_review") == [
        "reviewers_missing",
        "reviews_missing",
    ]
    panel.assign()
    panel.declare("Bruno")
    panel.score("Bruno", points(20))
    assert panel.story.told() == {"reviews_given": [SECRETARIAT]}
    panel.story.do(SECRETARIAT, "end_technical_review")
    found = score_reviews(scheme_of(None), panel.reviews())
    assert found is not None
    assert [int(n) for n in (found.score, found.spread)] == [75, 50]
    assert len(found.disagreements) == 5
    assert not panel.story.faults()


def test_a_changed_score_is_a_new_row_and_the_later_counts(panel: Panel) -> None:
    panel.reviewed(Ana=10, Bruno=10)
    panel.score("Ana", points(20))
    assert [review.points["clarity"] for review in panel.reviews()] == [20, 10]
    acts = [entry.act for entry in panel.story.entries()]
    assert acts.count("review.scored") == 3
    with panel.story.engine.connect() as connection, pytest.raises(Exception, match="append_only"):
        connection.exec_driver_sql("DELETE FROM review_step")


def resubmitted(panel: Panel, **changes: Json) -> list[str]:
    """Return the reviewed request and hand it in with `changes`; how its reviews stand then."""
    story = panel.story
    story.do(SECRETARIAT, "return_for_clarification", reason="Falta un dato.")
    story.do(APPLICANT, "resubmit", papers.request(story.today, **changes))
    assert not story.faults()
    return statuses(panel)


def test_scores_hold_until_a_section_changes_on_which_they_rest(panel: Panel) -> None:

    panel.reviewed(Ana=10, Bruno=10)
    panel.story.do(SECRETARIAT, "end_technical_review")
    assert resubmitted(panel, requesting_institution="Otra") == [Status.SCORED, Status.SCORED]
    assert resubmitted(panel, months=9) == [Status.STALE, Status.STALE]
    assert resubmitted(panel, months=9) == [Status.STALE, Status.STALE]
    panel.story.do(SECRETARIAT, "record_admissibility", papers.admissibility())
    panel.story.do(SECRETARIAT, "begin_technical_review")
    panel.score("Ana", points(12))
    assert statuses(panel) == [Status.SCORED, Status.STALE]
    assert panel.story.why_not(SECRETARIAT, "end_technical_review") == ["reviews_missing"]


def test_points_beyond_the_scale_and_missing_words_are_told_one_by_one(panel: Panel) -> None:

    panel.under_review()
    panel.assign()
    panel.declare("Ana")
    wrong = {
        **points(),
        "clarity": GivenScore("21", "Bien."),
        "capacity": GivenScore("", ""),
        "relevance": GivenScore("10.5", "Bien."),
        "opportunity": GivenScore("-1", "x" * 2_001),
    }
    error = answer_of(lambda: panel.score("Ana", wrong))
    assert isinstance(error, Invalid)
    assert sorted(codes(error)) == [
        "comment_capacity: required",
        "comment_opportunity: too_long",
        "points_capacity: required",
        "points_clarity: review_points",
        "points_opportunity: review_points",
        "points_relevance: review_points",
    ]


def test_who_represents_a_party_or_is_no_reviewer_is_not_asked(panel: Panel) -> None:
    panel.under_review()
    partial = reviewer(panel.story, "Diego", "PY")
    assert partial.user_id is not None
    assert codes(answer_of(lambda: panel.assign("Diego"))) == ["reviewer_of_party"]
    panel.story.people["reviewer:chair"] = panel.story.people["chair"]
    assert codes(answer_of(lambda: panel.assign("chair"))) == ["not_a_reviewer"]


def test_only_those_asked_know_of_the_review(panel: Panel) -> None:
    panel.under_review()
    reviewer(panel.story, "Elena")
    panel.assign()
    assert isinstance(answer_of(lambda: panel.declare("Elena")), NotFound)
    panel.story.people["reviewer:applicant"] = panel.story.people[APPLICANT]
    assert isinstance(answer_of(lambda: panel.declare("applicant")), NotFound)


def test_a_silent_reviewer_is_relieved_with_a_reason(panel: Panel) -> None:
    panel.reviewed(Ana=10)
    panel.assign()
    story = panel.story

    def stop(office: str, reason: str) -> None:
        with story.act(office) as tx:
            release_reviewer(tx, story.services, story.ref, 2, reason)

    assert isinstance(answer_of(lambda: stop("chair", "x")), Forbidden)
    assert isinstance(answer_of(lambda: stop(SECRETARIAT, "")), Invalid)
    stop(SECRETARIAT, "No contestó en un mes.")
    assert statuses(panel) == ["scored", "relieved"]
    assert isinstance(answer_of(lambda: stop(SECRETARIAT, "Otra vez.")), Refused)
    assert codes(answer_of(lambda: panel.declare("Bruno"))) == ["review_ended"]
    assert not story.faults()


def test_nothing_is_reviewed_outside_the_technical_review(panel: Panel) -> None:
    panel.story.after("start_review")
    assert codes(answer_of(panel.assign)) == ["not_under_review"]


def test_a_score_changed_by_hand_is_noticed(panel: Panel) -> None:
    panel.reviewed(Ana=10, Bruno=10)
    engine = panel.story.engine
    with engine.begin() as connection:
        drop = {
            "sqlite": "DROP TRIGGER review_step_no_update",
            "postgresql": "DROP TRIGGER review_step_append_only ON review_step",
        }
        connection.exec_driver_sql(drop[engine.dialect.name])
        connection.exec_driver_sql("UPDATE review_step SET request = 7 WHERE kind = 'scored'")
    assert len(panel.story.faults()) == 1
