"""The ranking of a call goes to the committee as a document, and refusals follow from it."""

from ricomi_workflow.kernel.canonical import digest
from ricomi_workflow.kernel.errors import Invalid, Refused
from tests.support import papers
from tests.support.reviewing import Panel, points
from tests.support.story import CHAIR, SECRETARIAT, answer_of, codes

THREE = (("PY", 10_000, 12), ("AR", 12_000, 18), ("BR", 5_000, 12))


def lines(panel: Panel) -> list[tuple[object, ...]]:
    """Place, state, score and standing of each line."""
    return [
        (line["place"], line["country"], line["score"], line["standing"])
        for line in panel.ranking().lines()
    ]


def freeze(panel: Panel, by: str = SECRETARIAT, trigger: str = "freeze_ranking") -> None:
    """Freeze the ranking, or adopt it."""
    panel.story.do(by, trigger, ref=panel.calling.ref)


def test_the_order_is_frozen_with_its_digest_in_the_trail_of_the_call(panel: Panel) -> None:
    panel.ranked(*THREE, envelope=papers.usd(27_000))
    freeze(panel)
    assert lines(panel) == [
        (1, "AR", "90.00", "above"),
        (2, "PY", "60.00", "above"),
        (2, "BR", "60.00", "above"),
    ]
    found = panel.ranking()
    panel.story.ref = panel.calling.ref
    entry = panel.story.entries()[-1]
    assert entry.detail["ranking_digest"] == found.digest == digest(dict(found.content))
    told = panel.story.told()["ranking_frozen"]
    assert {"ceam_delegate", CHAIR} <= set(told)
    assert not panel.story.faults()


def test_a_tie_that_fits_only_in_part_is_left_to_the_committee(panel: Panel) -> None:
    panel.ranked(*THREE, envelope=papers.usd(22_000))
    freeze(panel)
    assert [line[3] for line in lines(panel)] == ["above", "tied", "tied"]
    assert panel.ranking().content["left"] == "10000.00"


def test_no_order_before_every_request_is_reviewed_as_it_stands(panel: Panel) -> None:
    story = panel.story
    first = panel.ranked(*THREE[:2])[0]
    story.do(SECRETARIAT, "end_technical_review", ref=first)
    story.do(SECRETARIAT, "return_for_clarification", reason="Falta un dato.", ref=first)
    again = papers.request(
        story.today,
        requesting_institution="Dirección 0",
        budget=[papers.line(papers.FARES, 1, 9_000, category="airfare")],
        financing=papers.financing(9_000, 0),
    )
    story.do("focal_point:PY", "resubmit", again, ref=first)
    error = answer_of(lambda: freeze(panel))
    assert isinstance(error, Refused)
    assert [(r.code, r.params) for r in error.refusals] == [
        ("ranking_not_ready", {"refs": (first,)})
    ]


def test_below_the_line_is_refused_with_the_reason_and_the_place(panel: Panel) -> None:
    refs = panel.ranked(*THREE, envelope=papers.usd(12_000))
    below = refs[0]
    panel.story.ref = below
    assert panel.story.why_not(SECRETARIAT, "refuse_by_ranking") == ["not_ranked"]
    freeze(panel)
    freeze(panel, CHAIR, "adopt_ranking")
    no_reason = answer_of(lambda: panel.story.do(SECRETARIAT, "refuse_by_ranking", ref=below))
    assert isinstance(no_reason, Invalid)
    panel.story.ref = below
    panel.story.do(SECRETARIAT, "refuse_by_ranking", reason="El monto alcanzó para uno.")
    entry = panel.story.entries()[-1]
    assert panel.story.state == "rejected"
    assert entry.reason == "El monto alcanzó para uno."
    assert entry.detail["place_in_call"] == {
        "place": 2,
        "score": "60.00",
        "asked": "10000.00",
        "standing": "below",
        "passed_over": False,
    }
    assert codes(
        answer_of(lambda: panel.story.do(SECRETARIAT, "refuse_by_ranking", reason="x", ref=refs[1]))
    ) == ["not_below_line"]
    assert not panel.story.faults()


def test_results_are_published_only_once_the_chair_adopted_the_order(panel: Panel) -> None:
    panel.ranked(*THREE[:1])
    freeze(panel)
    early = answer_of(lambda: panel.story.do(SECRETARIAT, "publish_results", ref=panel.calling.ref))
    assert codes(early) == ["ranking_not_adopted"]
    freeze(panel, CHAIR, "adopt_ranking")
    again = answer_of(lambda: freeze(panel, CHAIR, "adopt_ranking"))
    assert codes(again) == ["ranking_adopted_already"]
    panel.story.do(SECRETARIAT, "publish_results", ref=panel.calling.ref)
    panel.story.ref = panel.calling.ref
    assert panel.story.told()["call_results"] == ["focal_point:PY", "institution_user:PY"]


def test_a_request_of_a_call_goes_to_the_vote_only_when_the_call_reaches_it(panel: Panel) -> None:
    refs = panel.ranked(*THREE, envelope=papers.usd(12_000))
    freeze(panel)
    freeze(panel, CHAIR, "adopt_ranking")
    for ref, expected in ((refs[1], False), (refs[0], True)):
        panel.story.ref = ref
        panel.story.do(SECRETARIAT, "end_technical_review")
        refused = "stands_below_line" in (panel.story.why_not(SECRETARIAT, "open_ballot") or [])
        assert refused is expected


def test_the_ranking_does_not_change_when_scores_do(panel: Panel) -> None:
    panel.ranked(*THREE[:2])
    freeze(panel)
    before = panel.ranking()

    panel.score("Ana", points(0))
    assert panel.ranking() == before
    freeze(panel)
    assert (panel.ranking().number, panel.ranking().digest != before.digest) == (2, True)
