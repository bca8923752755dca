"""Both sides stand behind public facts, or the entry says who reported them, or who differs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from ricomi_workflow.cases.commands import lock
from ricomi_workflow.catalogue.commands import list_differences, rebuild_catalogue
from ricomi_workflow.catalogue.confirmation_commands import (
    FactResponse,
    get_confirmation,
    list_awaiting,
    respond_to_facts,
)
from ricomi_workflow.catalogue.queries import CatalogueEntry, SearchQuery, get_entry, search_entries
from ricomi_workflow.catalogue.rules import (
    CONFIRMED,
    DISPUTED,
    REPORTED,
    Response,
    current_answers,
    differing_claims,
    facts_digest,
    overall_status,
)
from ricomi_workflow.kernel.actors import SYSTEM
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from ricomi_workflow.messaging.models import message
from tests.support.story import APPLICANT, LIFE, PARTNER, SECRETARIAT, Story

AT = datetime(2026, 3, 1, tzinfo=UTC)
REASON = "Según el acta de cierre."
NAMES, SIDES = ("amount", "start_date", "countries"), ("PY", "CL", "BR")
values = st.integers(0, 2)
facts = st.fixed_dictionaries(dict.fromkeys(NAMES, values))
held = st.dictionaries(st.sampled_from(NAMES), values, min_size=1)
words = st.lists(
    st.builds(Response, st.sampled_from(SIDES), facts, st.just(AT), st.one_of(st.just({}), held)),
    max_size=8,
)


@given(facts, words)
def test_only_the_word_of_every_side_on_these_very_facts_confirms(
    told: dict[str, int], said: list[Response]
) -> None:
    found = overall_status(current_answers(told, SIDES, said))
    last = {word.country: word for word in said}
    agree = [c for c in SIDES if c in last and not last[c].differs and last[c].facts == told]
    assert (found == CONFIRMED) == (len(agree) == len(SIDES))
    differ = [s for s in current_answers(told, SIDES, said) if s.answer == DISPUTED]
    assert (found == DISPUTED) == bool(differ)
    assert all(told[name] != value for stand in differ for name, value in stand.differs.items())


@given(facts, words, st.sampled_from(NAMES))
def test_a_change_of_a_confirmed_fact_asks_everybody_again(
    told: dict[str, int], said: list[Response], name: str
) -> None:
    every = [Response(country, told, AT) for country in SIDES]
    assert overall_status(current_answers(told, SIDES, [*said, *every])) == CONFIRMED
    now = current_answers({**told, name: told[name] + 10}, SIDES, [*said, *every])
    assert overall_status(now) == REPORTED
    assert all(stand.lapsed for stand in now)


@given(facts, held, held)
def test_a_dispute_stands_until_its_own_fact_is_told_otherwise(
    told: dict[str, int], other: dict[str, int], change: dict[str, int]
) -> None:
    differs = differing_claims(told, other)
    now = {**told, **change}
    [stand] = current_answers(now, ["CL"], [Response("CL", told, AT, differs)] if differs else [])
    left = {n: v for n, v in differs.items() if now[n] == told[n]}
    assert (stand.answer, stand.differs) == ((DISPUTED, left) if left else ("", {}))


@pytest.fixture
def closed(story: Story) -> Story:
    """A case of Paraguay with Chile, closed and in the catalogue."""
    story.after("close")
    return story


@contextmanager
def speaking(story: Story, office: str) -> Iterator[Callable[..., str]]:
    """Let somebody speak of the facts as they are now."""
    with story.act(office) as tx:
        case = lock(tx, story.services, story.ref)
        seen = facts_digest(get_confirmation(tx.connection, story.services, case).facts)
        yield lambda **said: respond_to_facts(
            tx, story.services, case, replace(FactResponse(seen), **said)
        )


def spoken(story: Story, office: str, **said: object) -> str:
    with speaking(story, office) as speak:
        return speak(**said)


def entry(story: Story) -> CatalogueEntry:
    with story.services.uow.read() as connection:
        return get_entry(connection, story.ref)


def told(story: Story, name: str) -> list[str]:
    """Whom message `name` was for, by what it says of them."""
    with story.services.uow.read() as connection:
        rows = connection.execute(select(message.c.params).where(message.c.name == name))
        return sorted(row.params["recipient_name"] for row in rows)


def test_one_side_is_not_enough_and_both_are(closed: Story) -> None:
    assert (entry(closed).confirmation, told(closed, "facts_to_confirm")) == (
        REPORTED,
        sorted(closed.people[o].name for o in (APPLICANT, PARTNER)),
    )
    assert spoken(closed, APPLICANT) == REPORTED
    assert told(closed, "facts_confirmed") == [closed.people[PARTNER].name]
    with closed.services.uow.read() as connection:
        assert [r.ref for r in list_awaiting(connection, ["CL"])] == [closed.ref]
        assert list_awaiting(connection, ["PY"]) == []
    assert spoken(closed, PARTNER) == CONFIRMED
    assert spoken(closed, PARTNER) == CONFIRMED  # said again: nothing new
    assert [side["answer"] for side in entry(closed).answers] == [CONFIRMED, CONFIRMED]
    assert len(told(closed, "facts_confirmed")) == 2
    with closed.services.uow.read() as connection:
        asked = SearchQuery("", {"confirmation": ["confirmed"]})
        assert search_entries(connection, asked).facets["confirmation"] == ((CONFIRMED, 1),)
    assert closed.faults() == []


def test_a_dispute_shows_both_values_and_is_the_same_when_rebuilt(closed: Story) -> None:
    spoken(closed, APPLICANT)
    held = {"amount": "999.00", "start_date": "2026-02-28", "months": "", "note": ""}
    with pytest.raises(Invalid):
        spoken(closed, PARTNER, claims=held, disputes=True)  # a fact that there is not
    held.pop("note")
    said = spoken(closed, PARTNER, claims=held, disputes=True, note=" Según el convenio ")
    assert said == DISPUTED
    shown = entry(closed)
    assert shown.confirmation == DISPUTED
    assert shown.answers[1]["differs"] == {"amount": "999.00", "start_date": "2026-02-28"}
    assert shown.answers[1]["note"] == "Según el convenio"
    assert told(closed, "facts_disputed") == [closed.people[APPLICANT].name]
    with closed.services.uow.begin(SYSTEM) as tx:
        assert not any(differs for _, differs in list_differences(tx.connection, closed.services))
        list(rebuild_catalogue(tx, closed.services))
    assert entry(closed) == shown
    assert spoken(closed, PARTNER) == CONFIRMED  # they came to an agreement


def test_only_a_focal_point_of_a_side_speaks_and_of_what_was_read(closed: Story) -> None:
    for office in ("focal_point:BR", "secretariat", "institution_user:PY"):
        with pytest.raises((Forbidden, NotFound)):
            spoken(closed, office)
    with pytest.raises(Conflict), speaking(closed, PARTNER) as speak:
        speak(digest="0" * 64)
    with pytest.raises(Invalid) as nothing:
        spoken(closed, PARTNER, disputes=True)
    assert [each.code for each in nothing.value.fields] == ["nothing_differs"]


def test_what_was_said_on_the_way_is_asked_again_when_results_are_told(
    sqlite_engine: Engine,
) -> None:
    story = Story(sqlite_engine)
    story.fill_the_fund()
    story.after("pay_tranche")
    for office in (APPLICANT, PARTNER):
        spoken(story, office)
    assert entry(story).confirmation == CONFIRMED
    later = list(LIFE)[list(LIFE).index("pay_tranche") + 1 :]
    for name in later[: later.index("close") + 1]:
        LIFE[name](story)
    assert entry(story).confirmation == REPORTED
    assert len(told(story, "facts_to_confirm")) == 2
    assert story.faults() == []


def corrected(**facts: Json) -> dict[str, Json]:
    """A correction of these facts, as the form takes it."""
    people = {"officials_trained_women", "officials_trained_men"} & facts.keys()
    named = (facts.keys() - people) | ({"officials_trained"} if people else set())
    return {"corrected": list(named), **facts}


def test_the_owner_corrects_closed_facts_and_the_dispute_ends_when_both_confirm(
    closed: Story,
) -> None:
    spoken(closed, APPLICANT)
    spoken(closed, PARTNER, claims={"officials_trained_women": "7", "months": "3"}, disputes=True)
    first = entry(closed)
    assert first.confirmation == DISPUTED
    same = corrected(months=first.public["months"])
    with pytest.raises(Invalid) as nothing:
        closed.do(SECRETARIAT, "correct_facts", same, reason=REASON)
    assert [each.code for each in nothing.value.fields] == ["nothing_corrected"]
    with pytest.raises(Invalid):
        closed.do(
            APPLICANT, "correct_facts", {"corrected": ["amount"], "amount": "1"}, reason=REASON
        )
    with pytest.raises(Refused):
        closed.do(PARTNER, "correct_facts", corrected(months=3), reason=REASON)
    with pytest.raises(Invalid):
        closed.do(APPLICANT, "correct_facts", corrected(months=3))  # no reason

    people = {"officials_trained_women": 7, "officials_trained_men": 5}
    closed.do(APPLICANT, "correct_facts", corrected(**people), reason=REASON)
    assert entry(closed).confirmation == DISPUTED  # of one fact still
    closed.do(SECRETARIAT, "correct_facts", corrected(months=3), reason=REASON)
    now = entry(closed)
    assert now.public == {
        **first.public,
        **people,
        "officials_trained": 12,
        "women_share": "58.33",
        "months": 3,
    }
    assert (now.amount_minor, now.confirmation) == (first.amount_minor, REPORTED)
    assert now.changed_at > first.changed_at  # harvesters and feeds come for it
    asking, sharing = (closed.people[office].name for office in (APPLICANT, PARTNER))
    assert told(closed, "facts_reopened") == [sharing, sharing, asking]
    assert told(closed, "facts_to_confirm") == [sharing, asking, asking]
    assert [spoken(closed, office) for office in (PARTNER, APPLICANT)] == [REPORTED, CONFIRMED]
    assert closed.faults() == []
