import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar, Component
from sqlalchemy import Engine, select

from ricomi_workflow.ballots.commands import cast_vote
from ricomi_workflow.cases.commands import lock, open_case
from ricomi_workflow.identity.calendar_feeds import QUESTIONS_AN_HOUR, make_calendar_address
from ricomi_workflow.identity.commands import ReadingSettings, change_profile, deactivate
from ricomi_workflow.identity.models import calendar_address
from ricomi_workflow.kernel.actors import NETWORK, SYSTEM, Actor, Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.clock import FrozenClock
from ricomi_workflow.meetings.agenda import add_item
from tests.support.application import application
from tests.support.network import Network, post
from tests.support.product import Stage, product

UY = (Role.CEAM_DELEGATE, "UY")


@pytest.fixture
def stage(engine: Engine) -> Stage:
    """The product with a delegate of Uruguay."""
    stage = Stage(product(engine))
    stage.the(*UY)
    return stage


@pytest.fixture
def app(stage: Stage) -> Flask:
    """The application over the stage."""
    return application(stage, stage.services)


def made(stage: Stage, who: Actor) -> str:
    with stage.services.uow.begin(who) as tx:
        return f"/calendar/{make_calendar_address(tx)}.ics"


def read(app: Flask, address: str) -> list[Component]:
    answer = app.test_client().get(address)
    assert answer.status_code == 200, answer.text
    return list(Calendar.from_ical(answer.text).walk("VEVENT"))


def later(stage: Stage, **time: int) -> None:
    clock = stage.services.uow.clock
    assert isinstance(clock, FrozenClock)
    clock.advance(timedelta(**time))


def test_a_delegate_finds_the_closing_of_the_ballots_of_their_state(
    stage: Stage, app: Flask
) -> None:
    ref = stage.before_the_committee()
    [closing] = read(app, made(stage, stage.the(*UY)))
    assert ref in str(closing["SUMMARY"])
    assert closing.decoded("DTSTART") == datetime(2026, 10, 5, 21, 0, tzinfo=UTC)
    assert str(closing["URL"]).endswith(f"/en/cases/{ref}/ballot")
    assert (str(closing["STATUS"]), closing["SEQUENCE"]) == ("CONFIRMED", 0)


@pytest.mark.parametrize("secrecy", ["open", "until_close", "secret"])
def test_it_never_tells_what_a_state_answered(stage: Stage, app: Flask, secrecy: str) -> None:
    ref, own = stage.before_the_committee(secrecy=secrecy), stage.the(*UY)
    address = made(stage, own)
    before = app.test_client().get(address).text
    with stage.services.uow.begin(own) as tx:
        cast_vote(tx, stage.services, lock(tx, stage.services, ref), "UY", "against")
    assert app.test_client().get(address).text == before


def test_a_ballot_that_ended_early_is_marked_under_the_same_name(stage: Stage, app: Flask) -> None:
    stage.the(Role.CHAIR)
    ref = stage.before_the_committee()
    address = made(stage, stage.the(*UY))
    [open_] = read(app, address)
    later(stage, minutes=5)
    stage.fire(ref, Role.CHAIR, "defer", reason="El texto debe corregirse antes.")
    [ended] = read(app, address)
    assert ended["UID"] == open_["UID"]
    assert (str(ended["STATUS"]), ended["SEQUENCE"]) == ("CANCELLED", 1)
    assert ended.decoded("DTSTAMP") > open_.decoded("DTSTAMP")


def test_it_holds_the_terms_that_wait_for_its_reader_and_nobody_elses(
    stage: Stage, app: Flask
) -> None:
    ref = stage.before_the_committee()
    stage.submitted()
    own = read(app, made(stage, stage.the(Role.SECRETARIAT)))
    assert own
    assert all(ref not in str(each["SUMMARY"]) for each in own)
    assert read(app, made(stage, stage.the(Role.CEAM_DELEGATE, "CL"))) != []
    assert read(app, made(stage, stage.the(Role.REVIEWER))) == []


def test_it_speaks_the_language_of_its_reader(stage: Stage, app: Flask) -> None:
    stage.before_the_committee()
    own = stage.the(*UY)
    address = made(stage, own)
    said = set()
    for lang in ("es", "en", "pt", "fr"):
        with stage.services.uow.begin(own) as tx:
            change_profile(tx, own.name, ReadingSettings(lang, "America/Montevideo"))
        said |= {str(each["SUMMARY"]) for each in read(app, address)}
    assert len(said) == 4


def test_the_address_is_the_only_key_and_leaves_nothing_behind(stage: Stage, app: Flask) -> None:
    stage.before_the_committee()
    address = made(stage, stage.the(*UY))
    answer = app.test_client().get(address)
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert "Set-Cookie" not in answer.headers
    secret = re.search(r"/calendar/(.+)\.ics", address)
    assert secret
    assert len(secret[1]) >= 43
    with stage.services.uow.read() as connection:
        stored = connection.execute(select(calendar_address)).one()
    assert secret[1] not in str(stored)


def test_another_address_takes_the_place_of_the_first(stage: Stage, app: Flask) -> None:
    first, second = made(stage, stage.the(*UY)), made(stage, stage.the(*UY))
    client = app.test_client()
    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 200
    assert client.get("/calendar/guessed.ics").status_code == 404


def test_a_closed_account_has_no_calendar(stage: Stage, app: Flask) -> None:
    own = stage.the(*UY)
    address = made(stage, own)
    assert own.user_id
    with stage.services.uow.begin(SYSTEM) as tx:
        deactivate(tx, own.user_id)
    assert app.test_client().get(address).status_code == 404


def test_questions_are_bounded_by_the_hour(stage: Stage, app: Flask) -> None:
    client, address = app.test_client(), made(stage, stage.the(*UY))
    codes = {client.get(address).status_code for _ in range(QUESTIONS_AN_HOUR)}
    assert codes == {200}
    refused = client.get(address)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "3600")
    later(stage, hours=1)
    assert client.get(address).status_code == 200


def _shown(client: FlaskClient) -> str:
    answer = post(client, "/es/profile/calendar", "/es/profile/calendar")
    found = re.search(r'id="address">[^<]*(/calendar/[^<]+)<', answer.text)
    assert found
    assert answer.headers["Cache-Control"] == "private, no-store"
    return found[1]


def test_the_account_page_makes_shows_once_and_ends_the_address(people: Network) -> None:
    client = people.client(*UY)
    assert "/es/profile/calendar" in client.get("/es/profile").text
    address = _shown(client)
    assert people.visitor().get(address).status_code == 200
    assert address not in client.get("/es/profile/calendar").text
    ended = post(client, "/es/profile/calendar", "/es/profile/calendar/revoke")
    assert ended.status_code == 303
    assert people.visitor().get(address).status_code == 404
    assert people.visitor().get("/es/profile/calendar").status_code == 303


def convened(stage: Stage) -> str:
    """A meeting that is convened; answer its reference."""
    with stage.services.uow.begin(stage.the(Role.SECRETARIAT)) as tx:
        ref = open_case(tx, stage.services, "committee_meeting", NETWORK).ref
    with stage.services.uow.begin(stage.the(Role.SECRETARIAT)) as tx:
        add_item(tx, stage.services, ref, {"es": "Programa de trabajo"}, public=True)
    notice: dict[str, Json] = {
        "title": {"es": "Segunda reunión ordinaria", "en": "Second regular meeting"},
        "session": "regular",
        "held_on": "2026-10-01",
        "begins": "10:00",
        "ends": "13:00",
        "mode": "hybrid",
        "place": "Salón de las Américas; Washington, D.C.",
        "link": "https://room.example/1",
    }
    stage.fire(ref, Role.SECRETARIAT, "convene", inputs=notice)
    return ref


def test_it_holds_the_meetings_to_which_its_reader_is_convened(stage: Stage, app: Flask) -> None:
    address = made(stage, stage.the(*UY))
    outside = made(stage, stage.the(Role.FOCAL_POINT, "PY"))
    ref = convened(stage)
    [meeting] = read(app, address)
    assert str(meeting["SUMMARY"]) == "Meeting: Second regular meeting"
    assert str(meeting["LOCATION"]) == "Salón de las Américas; Washington, D.C."
    assert meeting.decoded("DTSTART") == datetime(2026, 10, 1, 14, 0, tzinfo=UTC)
    assert meeting.decoded("DTEND") == datetime(2026, 10, 1, 17, 0, tzinfo=UTC)
    assert read(app, outside) == []
    later(stage, days=1)
    stage.fire(ref, Role.SECRETARIAT, "cancel_meeting", reason="No hay quórum confirmado.")
    [cancelled] = read(app, address)
    assert (cancelled["UID"], str(cancelled["STATUS"])) == (meeting["UID"], "CANCELLED")
    assert int(str(cancelled["SEQUENCE"])) > int(str(meeting["SEQUENCE"]))
