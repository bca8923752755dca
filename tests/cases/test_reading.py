"""What screens ask: lists by right, in order and page by page; waiting lists; hidden fields."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.cases.queries import (
    count_by_state,
    get_case,
    list_cases,
    readable_values,
)
from ricomi_workflow.cases.rows import find_latest_submission
from ricomi_workflow.cases.visibility import waits_for, waits_for_others
from ricomi_workflow.deadlines.queries import list_longest_in_state
from ricomi_workflow.kernel.errors import NotFound
from tests.support import papers
from tests.support.databases import Databases, continued
from tests.support.story import (
    APPLICANT,
    CHAIR,
    FUND,
    INSTITUTION,
    PARTNER,
    SECRETARIAT,
    Story,
)

DELEGATE = "ceam_delegate:AR"


def filled(engine: Engine) -> Story:
    """One case in each of five states: 1 draft, 2 submitted, 3 voted on, 4 approved, 5 closed."""
    story = Story(engine)
    story.fill_the_fund()
    story.open()
    for last in ("submit", "open_ballot", "decide", "close"):
        story.after(last)
    return story


@pytest.fixture
def shelf(databases: Databases) -> Iterator[Story]:
    """Those five cases."""
    with continued(databases, filled) as (engine, first):
        yield first.on(engine)


def numbers(cases: list[Case]) -> list[int]:
    """The numbers of the references."""
    return [int(case.ref[-4:]) for case in cases]


def listed(story: Story, office: str, **asked: object) -> list[int]:
    with story.services.uow.read() as connection:
        actor = story.people[office]
        return numbers(list_cases(connection, story.services, actor, **asked))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("office", "expected"),
    [
        (APPLICANT, [5, 4, 3, 2, 1]),
        (INSTITUTION, [5, 4, 3, 2, 1]),
        (PARTNER, [5, 4, 3, 2]),  # not the draft
        (SECRETARIAT, [5, 4, 3, 2]),
        (DELEGATE, [5, 4, 3]),  # from the ballot on
        (FUND, [5, 4, 3]),
        ("auditor", [5, 4, 3, 2, 1]),
        ("focal_point:AR", []),
    ],
)
def test_a_list_holds_what_the_reader_may_read_last_changed_first(
    shelf: Story, office: str, expected: list[int]
) -> None:
    assert listed(shelf, office) == expected
    for ref in (f"RICOMI-2026-000{n}" for n in range(1, 6)):
        with shelf.services.uow.read() as connection:
            if int(ref[-4:]) in expected:
                assert get_case(connection, shelf.services, shelf.people[office], ref).ref == ref
            else:
                with pytest.raises(NotFound):
                    get_case(connection, shelf.services, shelf.people[office], ref)


def test_a_list_is_narrowed_by_state_and_country(shelf: Story) -> None:
    assert listed(shelf, SECRETARIAT, states=["ceam_vote", "closed", "draft"]) == [5, 3]
    assert listed(shelf, SECRETARIAT, country="PY", states=["closed"]) == [5]
    assert listed(shelf, SECRETARIAT, country="CL") == []


def test_pages_follow_each_other_without_gap_or_repetition(shelf: Story) -> None:
    actor, seen, after = shelf.people["auditor"], [], None
    with shelf.services.uow.read() as connection:
        while page := list_cases(connection, shelf.services, actor, after=after, limit=2):
            assert len(page) <= 2
            seen += numbers(page)
            after = (page[-1].updated_at, page[-1].id)
    assert seen == [5, 4, 3, 2, 1]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("registro", [5, 4, 3, 2]),
        ("RETURNEES register", [5, 4, 3, 2]),  # every word, in any language of the title
        ("ricomi-2026-0003", [3]),
        ("0004", [4]),
        ("en", []),  # the name of a language is no word of a title
        ("%", []),
        ("re_istro", []),
        ('"', []),
    ],
)
def test_words_are_looked_for_in_references_and_titles(
    shelf: Story, words: str, expected: list[int]
) -> None:
    assert listed(shelf, SECRETARIAT, words=words) == expected


@pytest.mark.parametrize("words", ["migracion", "MIGRAÇÃO", "Migração", "ação", "MIGRACIÓN ñandú"])
def test_case_and_accents_do_not_matter_in_either_database(story: Story, words: str) -> None:
    story.open()
    title: papers.Form = {"es": "MIGRACIÓN y ñandúes", "pt": "Migração e Ñandú"}
    story.do(APPLICANT, "submit", papers.request(story.today, title=title))
    assert listed(story, SECRETARIAT, words=words) == [1]


@pytest.mark.parametrize(
    ("office", "mine", "theirs"),
    [
        (APPLICANT, [1], [2, 3, 4]),
        (INSTITUTION, [], [1, 2, 3, 4]),
        (SECRETARIAT, [2], [3, 4]),
        (DELEGATE, [3], []),
        (FUND, [4], []),
        (CHAIR, [], []),
        ("auditor", [], [1, 2, 3, 4]),
        ("focal_point:AR", [], []),
    ],
)
def test_my_work_is_what_waits_for_me_and_what_i_wait_for(
    shelf: Story, office: str, mine: list[int], theirs: list[int]
) -> None:
    actor, services = shelf.people[office], shelf.services
    with services.uow.read() as connection:
        own = list_longest_in_state(connection, [waits_for(services, actor)], 20)
        others = list_longest_in_state(connection, [waits_for_others(services, actor)], 20)
    assert numbers([case for case, _ in own]) == mine
    assert numbers([case for case, _ in others]) == theirs


def test_counts_are_those_of_the_list(shelf: Story) -> None:
    with shelf.services.uow.read() as connection:
        counted = count_by_state(connection, shelf.services, shelf.people[SECRETARIAT])
        abroad = count_by_state(connection, shelf.services, shelf.people[SECRETARIAT], "CL")
    assert counted == {
        "submitted": 1,
        "ceam_vote": 1,
        "approved_awaiting_funds": 1,
        "closed": 1,
    }
    assert abroad == {}


@pytest.mark.parametrize(
    ("office", "reads", "contact"),
    [
        (APPLICANT, True, True),
        (PARTNER, True, True),
        (SECRETARIAT, True, True),
        (DELEGATE, True, False),
        ("auditor", True, False),
        ("focal_point:AR", False, False),
        ("administrator", False, False),  # looks after accounts, not after requests
    ],
)
def test_a_submission_is_read_without_its_hidden_fields(
    story: Story, office: str, *, reads: bool, contact: bool
) -> None:
    story.after("open_ballot")
    form = story.services.library.forms["request/v2"]
    with story.services.uow.read() as connection:
        given = find_latest_submission(connection, story.case().id, "request")
    assert given is not None
    found = readable_values(story.services, story.people[office], story.case(), form, given)
    assert (found is not None) == reads
    assert ("contact" in (found or {})) == contact
    assert ("title" in (found or {})) == reads
