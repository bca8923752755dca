"""Separation of duties: every declared pair, over the whole history, through stand-ins, too."""

import pytest
from sqlalchemy import Engine

from ricomi_workflow.audit.commands import record
from ricomi_workflow.audit.queries import list_entries
from ricomi_workflow.cases.commands import lock
from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.cases.models import draft_contributor
from ricomi_workflow.cases.separation_of_duties import (
    VOTE_CAST,
    find_separation_refusal,
    forecast_shortages,
)
from ricomi_workflow.definitions.library import load
from ricomi_workflow.definitions.model import VOTE
from ricomi_workflow.identity.commands import add_user, end_role, give_role
from ricomi_workflow.identity.models import role_grant
from ricomi_workflow.identity.queries import find_actor
from ricomi_workflow.kernel.actors import SYSTEM, Actor, Delegation, Grant, Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import Refusal
from ricomi_workflow.kernel.text import LANGUAGES
from ricomi_workflow.localization.message_text import MessageText
from tests.support import papers
from tests.support.story import (
    APPLICANT,
    CERTIFIER,
    FUND,
    INSTITUTION,
    LIFE,
    SECRETARIAT,
    Story,
    answer_of,
    codes,
)

KEY = "cooperation_request/v2"
RULES = load().workflows[KEY].separation
PAIRS = [(rule, first, second) for rule in RULES for first in rule.did for second in rule.excludes]
WRITTEN = [
    (rule, form, second) for rule in RULES for form in rule.wrote for second in rule.excludes
]
MATRIX = {"author", "reviewer", "voter", "approver", "requester", "certifier", "payer"}


@pytest.fixture
def open_case(sqlite_engine: Engine) -> Story:
    """One case, in which anything may be written into the trail."""
    story = Story(sqlite_engine)
    story.open()
    return story


def did(
    story: Story, act: str, by: int, *, wrote: list[int] | None = None, acted_for: int | None = None
) -> Case:
    """Write an act into the trail as if it had been done."""
    name = VOTE_CAST if act == VOTE else f"case.{act}"
    detail: dict[str, Json] = {}
    if wrote is not None:
        detail["contributors"] = [*wrote]
    if acted_for is not None:
        detail["acted_for"] = {"id": acted_for, "name": "A", "certificate": 1, "by": "B"}
    with story.services.uow.begin(SYSTEM) as tx:
        found = lock(tx, story.services, story.ref)
        record(tx, found, name, office="person", actor_id=by, detail=detail)
    return story.case()


def against(story: Story, who: Actor, act: str) -> Refusal | None:
    with story.services.uow.look(who) as tx:
        return find_separation_refusal(tx, story.services, story.case(), who, act)


def somebody(key: int, acts_for: int | None = None) -> Actor:
    under = None if acts_for is None else Delegation(1, acts_for, "A", frozenset())
    return Actor(key, "Somebody", under=under)


def key_of(story: Story, office: str) -> int:
    key = story.people[office].user_id
    assert key is not None
    return key


def test_the_matrix_names_all_whom_it_should() -> None:
    assert {rule.name for rule in RULES} == MATRIX


def test_each_pair_of_the_matrix_is_refused_to_one_person_and_not_to_two(
    open_case: Story,
) -> None:
    story = open_case
    number = 10_000
    for rule, first, second in PAIRS:
        number += 10
        person, other, giver = number, number + 1, number + 2
        did(story, first, person)
        did(story, first, number + 3, acted_for=giver)
        found = against(story, somebody(person), second)
        assert found is not None, (rule.name, first, second)
        assert found.code == "separation"
        assert against(story, somebody(other), second) is None
        assert against(story, somebody(other, acts_for=person), second) is not None  # B for A
        assert against(story, somebody(giver), second) is not None  # A, for whom B did it
        assert against(story, somebody(number + 3), second) is not None  # B, who did it


def test_whoever_wrote_one_paragraph_of_a_form_counts_as_its_author(open_case: Story) -> None:
    story = open_case
    workflow = story.services.library.workflows[KEY]
    number = 20_000
    for rule, form, second in WRITTEN:
        number += 10
        filing = next(t for t in workflow.transitions if (t.form or "").startswith(f"{form}/"))
        did(story, filing.trigger, number, wrote=[number + 1, number + 2])
        for person in (number, number + 1, number + 2):
            assert against(story, somebody(person), second) is not None, (rule.name, form)
        assert against(story, somebody(number + 3), second) is None


def test_a_draft_that_is_not_handed_in_counts_already(open_case: Story) -> None:
    story = open_case
    with story.services.uow.begin(SYSTEM) as tx:
        row = {"case_id": story.case().id, "form": "request", "user_id": 7, "first_at": tx.now}
        tx.execute(draft_contributor.insert().values(row))
    found = against(story, somebody(7), "record_opinion")
    assert found is not None
    assert found.code == "separation_draft"


def test_the_refusal_says_who_did_what_and_what_would_make_it_possible(open_case: Story) -> None:
    story = open_case
    person = key_of(story, APPLICANT)
    did(story, "submit", person)
    found = against(story, somebody(person), "record_opinion")
    assert found is not None
    for lang in LANGUAGES:
        said = MessageText(story.services.texts, lang, "America/New_York")
        assert "Holder of focal_point:PY" in said.why(found)
        assert "2" in said.why(found)
        assert said.need(found)


def both_offices(story: Story, email: str, *offices: str) -> str:
    """Somebody who holds several offices."""
    with story.services.uow.begin(SYSTEM) as tx:
        key = add_user(tx, email, "Both Offices", "en")
        for office in offices:
            role, _, country = office.partition(":")
            give_role(tx, key, Role(role), country or None)
    with story.services.uow.read() as connection:
        found = find_actor(connection, key, story.today)
    assert found is not None
    story.people[email] = found
    return email


def test_in_a_whole_life_the_same_person_is_stopped_at_every_later_duty(story: Story) -> None:
    both = both_offices(story, "both@example.org", APPLICANT, SECRETARIAT, CERTIFIER, FUND)
    story.open()
    story.do(both, "submit", papers.request(story.today))
    assert story.case().definition == KEY
    LIFE["start_review"](story)
    LIFE["confirm_participation"](story)
    assert story.why_not(both, "record_admissibility") == ["separation"]
    error = answer_of(lambda: story.do(both, "record_admissibility", papers.admissibility()))
    assert codes(error) == ["separation"]
    LIFE["record_admissibility"](story)
    assert not story.faults()


def test_a_stand_in_of_the_author_does_not_judge_the_request(story: Story) -> None:
    deputy = both_offices(story, "deputy@example.org", SECRETARIAT)
    author = story.people[APPLICANT]
    story.after("start_review")
    mandate = Delegation(1, key_of(story, APPLICANT), "A", frozenset({Grant(Role.SECRETARIAT)}))
    found = against(
        story, Actor(story.people[deputy].user_id, "D", under=mandate), "record_opinion"
    )
    assert found is not None
    assert author.user_id == key_of(story, APPLICANT)
    assert against(story, story.people[deputy], "record_opinion") is None


def shortages(story: Story, doing: str = APPLICANT) -> set[tuple[str, bool]]:
    """The acts for which nobody would remain, and whether that is by a rule."""
    who = story.people[doing]
    with story.services.uow.look(who) as tx:
        entries = list_entries(tx.connection, story.case().id)
        found = forecast_shortages(
            tx, story.services, story.case(), entries, story.today, doing=who
        )
    return {(short.act.en, short.rule is not None) for short in found}


def test_before_submission_it_says_for_which_acts_nobody_would_remain(story: Story) -> None:
    story.open()
    assert shortages(story) == set()
    workflow = story.services.library.workflows[story.case().definition]
    certify = next(t for t in workflow.transitions if t.trigger == "certify_tranche").label.en
    with story.services.uow.begin(SYSTEM) as tx:  # the only certifying officer writes the request
        give_role(tx, key_of(story, CERTIFIER), Role.INSTITUTION_USER, "PY")
    with story.services.uow.begin(SYSTEM) as tx:
        row = {
            "case_id": story.case().id,
            "form": "request",
            "user_id": key_of(story, CERTIFIER),
            "first_at": tx.now,
        }
        tx.execute(draft_contributor.insert().values(row))
    assert shortages(story) == {(certify, True)}
    with story.services.uow.begin(SYSTEM) as tx:
        second = add_user(tx, "second@example.org", "Second", "en")
        give_role(tx, second, Role.CERTIFYING_OFFICER)
    assert shortages(story) == set()


def test_two_duties_that_exclude_each_other_need_two_people(story: Story) -> None:
    story.open()
    workflow = story.services.library.workflows[story.case().definition]
    pay = next(t for t in workflow.transitions if t.trigger == "pay_tranche").label.en
    with story.services.uow.begin(SYSTEM) as tx:
        held = tx.connection.execute(
            role_grant.select().where(role_grant.c.user_id == key_of(story, FUND))
        ).one()
        end_role(tx, held.id)
        give_role(tx, key_of(story, CERTIFIER), Role.FUND_ADMINISTRATOR)
    assert (pay, True) in shortages(story)


def test_an_office_that_nobody_holds_is_named(story: Story) -> None:
    story.open()
    with story.services.uow.begin(SYSTEM) as tx:
        held = tx.connection.execute(
            role_grant.select().where(role_grant.c.user_id == key_of(story, INSTITUTION))
        ).one()
        end_role(tx, held.id)
        held = tx.connection.execute(
            role_grant.select().where(role_grant.c.user_id == key_of(story, FUND))
        ).one()
        end_role(tx, held.id)
    assert any(not by_rule for _, by_rule in shortages(story))
