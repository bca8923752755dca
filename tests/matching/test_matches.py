"""A need and an offer are brought together once; their States make contact and say what came."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import DBAPIError

from ricomi_workflow.audit.queries import verify_trails
from ricomi_workflow.bootstrap import TRAIL_CHECKS
from ricomi_workflow.catalogue.commands import list_differences
from ricomi_workflow.catalogue.queries import get_entry
from ricomi_workflow.kernel.errors import DomainError, NotFound
from ricomi_workflow.matching.candidates import suggest_matches
from ricomi_workflow.matching.commands import answer, conclude, contact, decline, set_weekly_summary
from ricomi_workflow.matching.jobs import find_matches, send_digests
from ricomi_workflow.matching.prefill import open_prefilled_case
from ricomi_workflow.matching.queries import (
    Match,
    Place,
    count_matches,
    get_match,
    list_events,
    list_matches,
)
from ricomi_workflow.matching.rules import Outcome, Step, Turn
from ricomi_workflow.messaging.models import message
from ricomi_workflow.web.pagination import match_cursor, parse_match_cursor
from tests.matching.scene import ARGENTINA, BRAZIL, NEED, OFFER, published
from tests.support import papers
from tests.support.story import APPLICANT, LIFE, SECRETARIAT, Story, codes
from tests.support.threads import at_once


@pytest.fixture
def story(engine: Engine) -> Story:
    """The shipped product with its people."""
    return Story(engine)


def matched(story: Story) -> tuple[str, str]:
    """A need of Paraguay and an offer of Brazil that were brought together."""
    need, offer = published(story, NEED, APPLICANT), published(story, OFFER, BRAZIL)
    assert find_matches(story.services) == 1
    return need, offer


def read(story: Story, need: str, offer: str) -> Match:
    with story.services.uow.read() as connection:
        return get_match(connection, need, offer)


def suggested(story: Story, ref: str) -> list[str]:
    now = story.clock.now()
    with story.services.uow.read() as connection:
        library, entry_id = story.services.library, story.case(ref).id
        found = suggest_matches(connection, library, entry_id, now, story.today)
    return [each.listed.candidate.ref for each in found]


def messages(story: Story) -> Counter[tuple[str, str]]:
    """How often each office of a country was told each thing about matches."""
    by_key = {actor.user_id: office for office, actor in story.people.items()}
    with story.services.uow.read() as connection:
        rows = connection.execute(
            select(message.c.name, message.c.user_id).where(message.c.name.like("match%"))
        ).all()
    return Counter((name, by_key[key]) for name, key in rows)


def faults(story: Story) -> list[object]:
    """What is wrong with the trails, the rows beside them, and the catalogue."""
    with story.services.uow.read() as connection:
        found: list[object] = [fault for fault in verify_trails(connection, TRAIL_CHECKS) if fault]
        return found + [
            ref for ref, differs in list_differences(connection, story.services) if differs
        ]


def test_both_sides_are_told_of_a_match_once_and_both_trails_say_so(story: Story) -> None:
    need, offer = matched(story)
    found = read(story, need, offer)
    assert (found.step, found.points) == (Step.PROPOSED, sum(p.points for p in found.reasons))
    told = {("match_found", APPLICANT): 1, ("match_found", BRAZIL): 1}
    assert messages(story) == told
    for ref in (need, offer):
        story.ref = ref
        assert story.entries()[-1].act == "match.proposed"
        assert story.entries()[-1].detail["other"] in {need, offer} - {ref}
    assert find_matches(story.services) == 0
    story.do(APPLICANT, "revise", papers.need(story.today), ref=need)
    story.do(SECRETARIAT, "publish", ref=need)
    assert find_matches(story.services) == 0
    assert messages(story) == told
    assert not faults(story)


def test_two_workers_at_once_make_one_match(story: Story) -> None:
    published(story, NEED, APPLICANT)
    published(story, OFFER, BRAZIL)
    assert not at_once(*[lambda: find_matches(story.services)] * 2)
    assert messages(story) == {("match_found", APPLICANT): 1, ("match_found", BRAZIL): 1}


def test_only_the_state_whose_turn_it_is_takes_the_next_step(story: Story) -> None:
    need, offer = matched(story)
    at = (story.services, need, offer)
    with story.act(APPLICANT) as tx:
        contact(tx, *at, words="¿Podemos hablar el martes?")
    assert messages(story)["match_contacted", BRAZIL] == 1
    with pytest.raises(DomainError) as error, story.act(APPLICANT) as tx:
        contact(tx, *at, words="Otra vez")
    assert codes(error.value) == ["match_is_contacted"]
    with pytest.raises(DomainError) as error, story.act(APPLICANT) as tx:
        answer(tx, *at, words="Sí")
    assert codes(error.value) == ["match_waits_for_other"]
    with pytest.raises(DomainError) as error, story.act(APPLICANT) as tx:
        conclude(tx, *at, outcome="exchange_done")
    assert codes(error.value) == ["match_is_contacted"]
    with pytest.raises(NotFound), story.act(ARGENTINA) as tx:
        answer(tx, *at, words="Sí")


def test_contact_is_made_answered_and_concluded_and_the_trails_say_so(story: Story) -> None:
    need, offer = matched(story)
    at = (story.services, need, offer)
    with story.act(APPLICANT) as tx:
        contact(tx, *at, words="¿Podemos hablar el martes?")
    with story.act(BRAZIL) as tx:
        answer(tx, *at, words="Com prazer.")
    request = story.open(APPLICANT)
    for none in (offer, "RICOMI-2026-9999", request):  # the draft is Paraguay's alone
        with pytest.raises(DomainError) as wrong, story.act(BRAZIL) as tx:
            conclude(tx, *at, outcome="request_opened", request=none)
        assert codes(wrong.value) == ["request: no_request_of"]
    with story.act(APPLICANT) as tx:
        conclude(tx, *at, outcome="request_opened", request=request)
    found = read(story, need, offer)
    assert (found.step, found.request_ref) == (Step.CONCLUDED, request)
    with story.services.uow.read() as connection:
        told = [(e.step.value, e.country, e.words) for e in list_events(connection, found)]
    assert told == [
        ("proposed", None, ""),
        ("contacted", "PY", "¿Podemos hablar el martes?"),
        ("answered", "BR", "Com prazer."),
        ("concluded", "PY", ""),
    ]
    story.ref = offer
    assert [entry.act for entry in story.entries()][-4:] == [f"match.{step}" for step, *_ in told]
    assert not faults(story)


def test_a_request_begun_from_the_offer_concludes_the_match_and_its_close_completes_it(
    story: Story,
) -> None:
    other, offer = matched(story)
    need, foreign = (published(story, NEED, whose) for whose in (APPLICANT, ARGENTINA))
    assert find_matches(story.services) == 2
    for each in (need, foreign):
        with story.act(BRAZIL) as tx:
            contact(tx, story.services, each, offer, "Podemos?")
    with story.act(ARGENTINA) as tx:
        answer(tx, story.services, foreign, offer, "Sí.")
    with story.act(APPLICANT) as tx:
        entry = get_entry(tx.connection, offer)
        story.ref = open_prefilled_case(tx, story.services, entry, "cooperation_request", "PY").ref
    assert read(story, need, offer).step is Step.CONTACTED  # a draft is no request yet
    story.fill_the_fund()
    LIFE["submit"](story)
    found = read(story, need, offer)
    assert (found.outcome, found.request_ref) == (Outcome.REQUEST_OPENED, story.ref)
    assert read(story, other, offer).step is Step.PROPOSED  # which came less far
    assert read(story, foreign, offer).step is Step.ANSWERED  # which is of another State
    assert (messages(story)["match_concluded", BRAZIL], found.waits_for) == (1, frozenset())
    for act in list(LIFE.values())[1:]:
        act(story)
    found = read(story, need, offer)
    assert (found.step, found.outcome) == (Step.CONCLUDED, Outcome.EXCHANGE_DONE)
    assert found.request_ref == story.ref
    with story.services.uow.read() as connection:
        noted = [(e.country, e.outcome) for e in list_events(connection, found)]
    assert noted == [
        (None, None),
        ("BR", None),
        ("PY", "request_opened"),
        (None, "exchange_done"),
    ]
    told = messages(story)
    assert (told["match_completed", APPLICANT], told["match_completed", BRAZIL]) == (1, 1)
    assert not faults(story)


FORBIDDEN = [
    "UPDATE match SET points = points + 1, number = number + 1",
    "UPDATE match SET reasons = '[]', number = number + 1",
    "UPDATE match SET need_country = 'CL', number = number + 1",
    "UPDATE match SET found_at = '2020-01-01T00:00:00Z', number = number + 1",
    "UPDATE match SET step = 'declined'",
    "UPDATE match_event SET words = 'Nunca'",
    "DELETE FROM match_event",
    "DELETE FROM match",
]


def test_raw_sql_changes_no_side_points_or_event_of_a_match(story: Story) -> None:
    matched(story)
    engine = story.services.uow.engine
    own = "INSERT OR REPLACE INTO {0} SELECT * FROM {0}"
    others = [own.format("match"), own.format("match_event")]
    if engine.dialect.name == "postgresql":
        others = ["TRUNCATE match CASCADE", "TRUNCATE match_event"]
    for statement in (*FORBIDDEN, *others):
        refused = pytest.raises(DBAPIError, match=r"append_only|uq_match")
        with refused, engine.begin() as connection:
            connection.execute(text(statement))


def test_what_waits_for_a_state_comes_first_and_every_match_on_one_page(story: Story) -> None:
    need, old = published(story, NEED, APPLICANT), published(story, OFFER, BRAZIL)
    assert find_matches(story.services) == 1
    with story.act(BRAZIL) as tx:
        contact(tx, story.services, need, old, "Podemos?")
    new = published(story, OFFER, ARGENTINA)
    newest = published(story, OFFER, BRAZIL)
    assert find_matches(story.services) == 2
    with story.act(APPLICANT) as tx:
        decline(tx, story.services, need, newest, "Ya no.")

    def walked(*countries: str) -> list[tuple[str, Turn]]:
        found: list[tuple[str, Turn]] = []
        after = None
        with story.services.uow.read() as connection:
            while page := list_matches(connection, countries, after=after, limit=1):
                found.append((page[0].offer.ref, page[0].turn(countries)))
                after = parse_match_cursor(match_cursor(Place.of(page[0], countries)))
        return found

    assert walked("PY") == [(old, Turn.WAITING), (new, Turn.NEW), (newest, Turn.PAST)]
    assert walked("BR") == [(old, Turn.CONTACT), (newest, Turn.PAST)]
    since = story.clock.now() - timedelta(days=1)
    with story.services.uow.read() as connection:
        assert [count_matches(connection, c, since) for c in ("PY", "BR", "AR")] == [
            (1, 1),
            (0, 0),
            (1, 0),
        ]


@pytest.mark.parametrize(
    "altered",
    [
        "match_event SET words = 'Nunca' WHERE number = 2",
        "match_event SET country = 'BR' WHERE number = 2",
        "match_event SET actor_id = 1 WHERE number = 2",
        "match SET step = 'declined'",
        "match SET points = points + 1",
        "match SET reasons = json_remove(reasons, '$[0]')",
        "match SET need_country = 'AR'",
        "match SET started_by = 'BR'",
    ],
)
def test_a_match_that_somebody_altered_beside_the_trail_is_noticed(
    sqlite_engine: Engine, altered: str
) -> None:
    story = Story(sqlite_engine)
    need, offer = matched(story)
    with story.act(APPLICANT) as tx:
        contact(tx, story.services, need, offer, "¿El martes?")
    assert not faults(story)
    with sqlite_engine.begin() as connection:
        kept = text(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'match%'"
        )
        for name in connection.execute(kept).scalars().all():
            connection.execute(text(f"DROP TRIGGER {name}"))
        connection.execute(text(f"UPDATE {altered}"))
    # Both trails say something else; of a State, that of the other one.
    assert len(faults(story)) == (1 if "need_country" in altered else 2)


def test_a_state_declines_with_its_reason_and_that_ends_it(story: Story) -> None:
    need, offer = matched(story)
    at = (story.services, need, offer)
    with pytest.raises(DomainError) as error, story.act(BRAZIL) as tx:
        decline(tx, *at, reason=" ")
    assert codes(error.value) == ["reason: required"]
    with story.act(BRAZIL) as tx:
        decline(tx, *at, reason="Este año no podemos.")
    assert messages(story)["match_declined", APPLICANT] == 1
    with pytest.raises(DomainError) as after, story.act(APPLICANT) as tx:
        contact(tx, *at, words="¿Y el año próximo?")
    assert codes(after.value) == ["match_is_declined"]


def test_what_is_full_over_or_stale_is_neither_suggested_nor_contacted(story: Story) -> None:
    need = published(story, NEED, APPLICANT)
    offer = published(story, OFFER, BRAZIL, capacity=1)
    published(story, OFFER, ARGENTINA, topics=["remittances_development"])
    assert suggested(story, need) == [offer]
    assert suggested(story, offer) == [need]
    assert find_matches(story.services) == 1
    with story.act(APPLICANT) as tx:
        contact(tx, story.services, need, offer, "¿Podemos?")
    with story.act(BRAZIL) as tx:
        answer(tx, story.services, need, offer, "Sim.")
    assert suggested(story, need) == []  # the one place is taken
    other = published(story, OFFER, ARGENTINA)
    assert suggested(story, need) == [other]
    assert find_matches(story.services) == 1
    story.clock.advance(timedelta(days=201))  # after the day until which it is sought
    assert suggested(story, need) == suggested(story, other) == []
    with pytest.raises(DomainError) as stale, story.act(APPLICANT) as tx:
        contact(tx, story.services, need, other, "¿Todavía?")
    assert codes(stale.value) == ["match_stale"]
    story.do(APPLICANT, "withdraw", reason="Se resolvió.", ref=need)
    with story.services.uow.read() as connection:
        assert len(list_matches(connection, ["PY"])) == 2  # withdrawn, never off the record


def test_the_summary_of_the_week_is_sent_once_and_to_nobody_who_wants_none(story: Story) -> None:
    matched(story)
    with story.act(BRAZIL) as tx:
        set_weekly_summary(tx, muted=True)
    assert send_digests(story.services) == 1
    assert send_digests(story.services) == 0
    assert messages(story)["match_digest", APPLICANT] == 1
    story.clock.advance(timedelta(days=7))
    assert send_digests(story.services) == 0  # nothing is new


def test_a_need_is_answered_by_a_request_of_its_state_or_a_public_entry(story: Story) -> None:
    need, offer = published(story, NEED, APPLICANT), published(story, OFFER, BRAZIL)
    for ref in (need, "RICOMI-2026-9999", "algo"):
        with pytest.raises(DomainError) as error:
            story.do(APPLICANT, "record_answer", {"met_by": ref}, ref=need)
        assert codes(error.value) == ["met_by: no_case_that_answers"]
    story.do(APPLICANT, "record_answer", {"met_by": offer}, ref=need)
    assert story.case(need).state == "met"
