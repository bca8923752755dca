"""A need and an offer on pages: why they match, contact from the desk, a draft begun from one."""

from __future__ import annotations

import html
import re
from itertools import product

import pytest

from ricomi_workflow.cases.commands import open_case
from ricomi_workflow.cases.drafts import get_draft
from ricomi_workflow.kernel.actors import SYSTEM, Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.matching.jobs import find_matches
from ricomi_workflow.matching.models import match as matches
from tests.support import papers
from tests.support.office import MORNING, OfficeHouse, statements
from tests.support.visitor import Visitor

NEED, OFFER = "cooperation_need", "cooperation_offer"
LANGUAGES = ["es", "en", "pt", "fr"]


def published(house: OfficeHouse, kind: str, country: str, **changes: Json) -> str:
    """A need or an offer of a State that the Secretariat published."""
    with house.services.uow.begin(house.actor(Role.FOCAL_POINT, country)) as tx:
        ref = open_case(tx, house.services, kind, country).ref
    plain = papers.need if kind == NEED else papers.offer
    values = plain(MORNING.date()) | changes
    house.act(ref, Role.FOCAL_POINT, "submit", country, inputs=values)
    house.act(ref, Role.SECRETARIAT, "publish")
    return ref


@pytest.fixture
def match(house: OfficeHouse) -> tuple[str, str]:
    """A need of Paraguay and an offer of Brazil that were brought together."""
    need, offer = published(house, NEED, "PY"), published(house, OFFER, "BR")
    assert find_matches(house.services) == 1
    return need, offer


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_public_page_says_what_fits_and_why(
    house: OfficeHouse, match: tuple[str, str], lang: str
) -> None:
    need, offer = match
    for ref, other, sort in ((need, offer, "need"), (offer, need, "offer")):
        page = Visitor(house.app).open(f"/{lang}/catalogue/{ref}")
        assert house.text(f"matching.fits_{sort}", lang) in page.text
        assert f"/{lang}/catalogue/{other}" in page.source
        assert house.text("matching.part_topics", lang) in page.text
        assert house.text("matching.owner", lang) in page.text
        assert not page.page.faults()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_desk_lists_the_matches_of_the_own_state_alone(
    house: OfficeHouse, match: tuple[str, str], lang: str
) -> None:
    need, offer = match
    desk = house.the(Role.FOCAL_POINT, "PY", lang).open(f"/{lang}/pairs")
    assert f"/{lang}/pairs/{need}/{offer}" in desk.source
    assert not desk.page.faults()
    page = desk.open(f"/{lang}/pairs/{need}/{offer}")
    assert house.text("matching.act_contact", lang) in page.text
    assert not page.page.faults()
    other = house.the(Role.FOCAL_POINT, "AR", lang).open(f"/{lang}/pairs")
    assert need not in other.source
    assert other.open(f"/{lang}/pairs/{need}/{offer}").status == 404


def test_the_desk_goes_on_after_a_page_and_shows_every_match_once(
    house: OfficeHouse, match: tuple[str, str]
) -> None:
    drafts: dict[str, list[int]] = {}
    for kind, country, number in ((NEED, "PY", 3), (OFFER, "BR", 7)):
        with house.services.uow.begin(house.actor(Role.FOCAL_POINT, country)) as tx:
            made = [open_case(tx, house.services, kind, country).id for _ in range(number)]
        drafts[kind] = made
    plain: dict[str, object] = {"points": 70, "reasons": [], "step": "proposed", "number": 1}
    with house.services.uow.begin(SYSTEM) as tx:
        for need, offer in product(*drafts.values()):
            at = {"found_at": tx.now, "changed_at": tx.now}
            sides = {"need_id": need, "need_country": "PY", "offer_country": "BR"}
            tx.insert(matches, {**plain, **at, **sides, "offer_id": offer})
    desk, seen = house.the(Role.FOCAL_POINT, "PY").open("/es/pairs"), list[str]()
    while True:
        seen += re.findall(r'href="(/es/pairs/RICOMI[^"]+)"', desk.source)
        assert not desk.page.faults()
        following = re.search(r'href="([^"]+)" rel="next"', desk.source)
        if not following:
            break
        desk.open(html.unescape(following[1]))
    assert len(seen) == len(set(seen)) == 22
    assert seen[-1].endswith("/".join(match))  # of those that are new, the first to be found


def test_contact_is_made_answered_and_its_outcome_noted_on_the_desk(
    house: OfficeHouse, match: tuple[str, str]
) -> None:
    where = "/es/pairs/{}/{}".format(*match)
    asking = house.the(Role.FOCAL_POINT, "PY").open(where)
    asking.press(house.text("matching.act_contact", "es"), {"words": ""})
    assert asking.status == 422
    assert not asking.page.faults()
    assert "maxlength" not in asking.source, "a browser would cut a long text without a word"
    asking.open(where).press(house.text("matching.act_contact", "es"), {"words": "¿El martes?"})
    assert house.text("matching.done_contact", "es") in asking.text
    giving = house.the(Role.FOCAL_POINT, "BR").open("/es/pairs")
    assert house.text("matching.group_waiting", "es") in giving.text
    page = giving.open(where).page
    giving.press(house.text("matching.act_answer", "es"), {"words": "Con gusto."})
    assert "¿El martes?" in giving.text
    giving.page = page  # as it stands in another window
    giving.press(house.text("matching.act_answer", "es"), {"words": "Otra vez."})
    assert (giving.status, giving.text.count("Otra vez.")) == (409, 1)  # refused, and not lost
    assert not giving.page.faults()
    conclude = house.text("matching.act_conclude", "es")
    asking.open(where).press(conclude, {"outcome": "", "words": ""})
    assert asking.errors() == [house.text("validation.required", "es")]
    asking.press(conclude, {"outcome": "exchange_done", "words": ""})
    assert house.text("matching.step_concluded", "es") in asking.text
    asking.open("/es/pairs").press(house.text("matching.mute", "es"))
    assert house.text("matching.done_muted", "es") in asking.text


def test_a_request_is_drafted_from_an_offer_after_signing_in(
    house: OfficeHouse, match: tuple[str, str]
) -> None:
    _, offer = match
    public = Visitor(house.app).open(f"/es/catalogue/{offer}/begin")
    assert "/sign-in" in public.path or "next=" in public.path
    own = house.the(Role.FOCAL_POINT, "BR").open(f"/es/catalogue/{offer}/begin")
    assert house.text("matching.begin_none", "es") in own.text
    asking = house.the(Role.FOCAL_POINT, "PY").open(f"/es/catalogue/{offer}/begin")
    page = asking.page
    asking.press(house.text("matching.open_draft", "es"))
    assert asking.status == 200, asking.text
    first, asking.page = asking.path, page
    asking.press(house.text("matching.open_draft", "es"))
    assert asking.path == first, "a button pressed twice opens one draft"
    ref = asking.path.split("/cases/")[1].split("/")[0]
    with house.services.uow.read() as connection:
        draft = get_draft(connection, house.case(ref).id, "request").values
    assert draft["providers"] == ["BR"]
    assert draft["topics"] == ["labour_migration"]
    assert draft["provider_institution"] == "Servicio de Migraciones"
    assert draft["title"] == {"es": "Aprender de: Registro compartido"}


def test_what_nobody_confirmed_is_marked_and_compared_with_nothing(
    house: OfficeHouse, match: tuple[str, str]
) -> None:
    need, offer = match
    house.later(days=310)
    public = Visitor(house.app).open(f"/pt/catalogue/{offer}")
    assert house.text("matching.stale", "pt") in public.text
    assert house.text("matching.fits_none", "pt") in public.text
    listed = public.open(f"/pt/catalogue?kind={OFFER}")
    assert house.text("matching.stale", "pt") in listed.text
    page = house.the(Role.FOCAL_POINT, "PY").open(f"/es/pairs/{need}/{offer}")
    assert house.text("matching.act_contact", "es") not in page.text
    assert not page.page.faults()


def test_pages_of_matches_ask_a_bounded_number_of_questions(
    house: OfficeHouse, match: tuple[str, str]
) -> None:
    need, offer = match
    desk, public = house.the(Role.FOCAL_POINT, "PY"), Visitor(house.app)
    for visitor, path, most in (
        (public, f"/es/catalogue/{need}", 16),
        (public, f"/es/catalogue/{offer}", 16),
        (desk, "/es/pairs", 8),
        (desk, f"/es/pairs/{need}/{offer}", 12),
    ):
        visitor.open(path)
        with statements(house.services.uow.engine) as asked:
            visitor.open(path)
        assert len(asked) <= most, (path, len(asked))
