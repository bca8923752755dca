"""The five accidents of the IETF's datatracker (lessons N30), each of which now ends safely."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from ricomi_workflow.ballots.meeting_vote import take_attendance
from ricomi_workflow.ballots.queries import BallotView, ballot_view
from ricomi_workflow.ballots.rules import Outcome
from ricomi_workflow.cases.commands import lock
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.errors import Invalid
from tests.support.databases import Databases
from tests.support.network import Network, post
from tests.support.site import PASSES, Site
from tests.web.test_ballots import SECRETARIAT, UY, accounts, copied_site, opened

CHAIR = (Role.CHAIR, None)
WRITTEN = "La delegación pidió más tiempo para consultar."


@pytest.fixture
def scene(databases: Databases) -> Iterator[tuple[Network, Site]]:
    """A network of people, and the means to bring a case before the committee."""
    yield from copied_site(databases)


def version(client: FlaskClient, page: str) -> str:
    found = re.search(r'name="_version" value="(\d+)"', client.get(page).text)
    assert found
    return found[1]


def ballot_of(people: Network, ref: str) -> BallotView | None:
    with people.services.uow.read() as connection:
        return ballot_view(connection, people.rehearsed.case(ref).id)


def test_deferring_while_writing_defers_or_says_why_and_keeps_the_text(
    scene: tuple[Network, Site],
) -> None:
    """#4903: DEFER was pressed, the text was saved, and nothing was deferred."""
    people, site = scene
    ref, chair = opened(site), people.client(*CHAIR)
    page = f"/es/cases/{ref}/do/defer"
    blank = post(chair, page, page, _version=version(chair, page), reason=" ")
    assert blank.status_code == 422
    assert people.rehearsed.case(ref).state == "ceam_vote"
    stale = post(chair, page, page, _version="1", reason=WRITTEN)
    assert (stale.status_code, WRITTEN in stale.text) == (409, True)
    assert people.rehearsed.case(ref).state == "ceam_vote"
    done = post(chair, page, page, _version=version(chair, page), reason=WRITTEN)
    assert done.status_code == 303
    assert people.rehearsed.case(ref).state == "deferred"


def test_no_ballot_is_issued_by_the_button_beside_the_one_that_was_meant(
    scene: tuple[Network, Site],
) -> None:
    """#7480: a ballot was issued by pressing the neighbouring button, and deleted by hand."""
    people, site = scene
    ref = site.case_at("secretariat_review")
    for trigger, inputs in (("record_admissibility", PASSES), ("record_opinion", None)):
        site.stage.fire(ref, SECRETARIAT, trigger, inputs)
    client = people.client(*SECRETARIAT)
    for page in (f"/es/cases/{ref}", f"/es/cases/{ref}/do/open_ballot"):
        assert client.get(page).status_code == 200  # the page says back what would happen
    assert ballot_of(people, ref) is None
    assert people.rehearsed.case(ref).state == "secretariat_review"


def test_a_ballot_is_closed_without_approving_anything(scene: tuple[Network, Site]) -> None:
    """#8780: there was no way to close a ballot but to approve."""
    people, site = scene
    ref, chair = opened(site), people.client(*CHAIR)
    assert accounts(people.client(*UY), ref, vote="in_favour")[0] == 303
    page = f"/es/cases/{ref}/do/defer"
    post(chair, page, page, _version=version(chair, page), reason=WRITTEN)
    found = ballot_of(people, ref)
    assert found is not None
    assert found.ballot.outcome is Outcome.WITHDRAWN
    assert people.rehearsed.case(ref).state == "deferred"
    assert [v.country for v in found.history] == ["UY"]  # nothing was deleted by hand


def test_sending_the_ballot_without_a_choice_is_no_vote(scene: tuple[Network, Site]) -> None:
    """#10855: a position nobody meant was preselected and sent."""
    people, site = scene
    ref, client = opened(site), people.client(*UY)
    for sent in ({}, {"explanation": WRITTEN}, {"_confirm": "yes"}):
        page = f"/es/cases/{ref}/ballot"
        assert post(client, page, page, country="UY", **sent).status_code == 422
    found = ballot_of(people, ref)
    assert found is not None
    assert found.history == ()


def test_a_ballot_is_held_in_the_body_that_the_process_names(scene: tuple[Network, Site]) -> None:
    """#8072: a ballot was issued on the wrong stream."""
    people, site = scene
    ref = site.case_at("secretariat_review")
    for trigger, inputs in (("record_admissibility", PASSES), ("record_opinion", None)):
        site.stage.fire(ref, SECRETARIAT, trigger, inputs)
    with pytest.raises(Invalid) as caught:
        people.rehearsed.act(SECRETARIAT, ref, "open_ballot", {"body": "another"})
    assert [(each.path, each.code) for each in caught.value.fields] == [("body", "unknown")]
    site.stage.fire(ref, SECRETARIAT, "open_ballot", {})
    found = ballot_of(people, ref)
    assert found is not None
    assert found.ballot.body == people.services.library.latest("cooperation_request").body


def test_an_answer_in_a_roll_call_that_is_pressed_twice_is_recorded_once(
    scene: tuple[Network, Site],
) -> None:
    people, site = scene
    ref, chair = opened(site, way="roll_call"), people.client(*CHAIR)
    page = f"/es/cases/{ref}/roll-call"
    voters = sorted(country for country, _delegate in people.accounts.delegates())
    with people.services.uow.begin(people.accounts.actor(*CHAIR)) as tx:
        case = lock(tx, people.services, ref)
        take_attendance(tx, people.services, case, voters, order="alphabetical")
    said = {"act": "answer", "country": "AG", "position": "with_reservations", "words": WRITTEN}
    for _press in range(2):
        assert post(chair, page, page, **said, _seen="0").status_code == 303
    for other in ({"position": "against", "words": ""}, {"words": "Otra cosa."}):
        late = post(chair, page, page, **(said | other), _seen="0")
        assert (late.status_code, "alguien más asentó una respuesta" in late.text) == (409, True)
    found = ballot_of(people, ref)
    assert found is not None
    assert [(v.country, v.reservation) for v in found.history] == [("AG", WRITTEN)]
