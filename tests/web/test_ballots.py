import re
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from random import Random

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from ricomi_workflow.ballots.opening import Opening, open_case_ballot, question_content
from ricomi_workflow.ballots.rows import find_ballot_state
from ricomi_workflow.ballots.rules import Position
from ricomi_workflow.cases.commands import lock
from ricomi_workflow.identity.commands import deactivate
from ricomi_workflow.identity.tokens import make_token
from ricomi_workflow.kernel.actors import SYSTEM, Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.simulation.scenario import Scenario
from tests.offline_forms.workbook import Filled
from tests.support.databases import Databases, continued
from tests.support.network import Network, network, post
from tests.support.site import PASSES, Site
from tests.web.markup import Markup

UY = (Role.CEAM_DELEGATE, "UY")
SECRETARIAT = (Role.SECRETARIAT, None)
CHAIR = (Role.CHAIR, None)
WORDS = "Uruguay entiende que el costo del segundo año no lo asume."


@pytest.fixture
def peopled_site(databases: Databases) -> Iterator[tuple[Network, Site]]:
    """A network of people with cases."""
    yield from copied_site(databases)


def made_site(engine: Engine) -> tuple[Network, Site]:
    """A network of people, and the means to bring a case before the committee."""
    made = network(engine)
    site = site_of(made)
    site.give()
    return made, site


def copied_site(databases: Databases) -> Iterator[tuple[Network, Site]]:
    """The same in a copy of a database that has these people and means."""
    with continued(databases, prepared) as (engine, _):
        made = network(engine, password=None)
        yield made, site_of(made)


def prepared(engine: Engine) -> None:
    """Of what was made only what stands in the database is kept."""
    made_site(engine)


def site_of(made: Network) -> Site:
    """The cases of these people."""
    behind = made.rehearsed
    return Site("", behind, Scenario(behind.services, behind.accounts, behind.clock, Random(1)))


@pytest.fixture
def people(peopled_site: tuple[Network, Site]) -> Network:
    """The people."""
    return peopled_site[0]


@pytest.fixture
def site(peopled_site: tuple[Network, Site]) -> Site:
    """The cases."""
    return peopled_site[1]


def opened(site: Site, **how: Json) -> str:
    """A case on which the committee votes; answer its reference."""
    ref = site.case_at("secretariat_review")
    stage = site.stage
    stage.fire(ref, SECRETARIAT, "record_admissibility", PASSES)
    stage.fire(ref, SECRETARIAT, "record_opinion")
    stage.fire(ref, SECRETARIAT, "open_ballot", dict(how))
    return ref


def said_back(client: FlaskClient, ref: str, **sent: str) -> tuple[int, str]:
    page = f"/es/cases/{ref}/ballot"
    answer = post(client, page, page, country="UY", **sent)
    return answer.status_code, answer.text


def accounts(client: FlaskClient, ref: str, seen: int = 0, **sent: str) -> tuple[int, str]:
    return said_back(client, ref, _confirm="yes", _seen=str(seen), **sent)


def main_of(text: str) -> str:
    return text[text.index("<main") : text.index("</main>")]


def test_every_answer_is_offered_alike_and_none_is_chosen(people: Network, site: Site) -> None:
    ref = opened(site)
    text = people.client(*UY).get(f"/es/cases/{ref}/ballot").text
    values = re.findall(r'name="vote" value="([a-z_]+)"', text)
    offered = ["in_favour", "with_reservations", "against", "abstain", "not_participating"]
    assert values == offered
    assert "checked" not in main_of(text)
    assert Markup(text).faults() == []
    assert "Qué bastaría para aprobar o rechazar" in text
    assert "Votación abierta: quien puede leer el expediente" in text


def test_reservations_are_asked_for_at_their_field_and_kept(people: Network, site: Site) -> None:
    ref, client = opened(site), people.client(*UY)
    status, text = said_back(client, ref, vote="with_reservations", explanation="Una razón.")
    assert status == 422
    assert 'id="reservation-error"' in text
    assert "Una razón." in text
    assert Markup(text).faults() == []
    assert "checked" in main_of(text)  # what was chosen a moment ago stays chosen

    status, text = said_back(client, ref, vote="with_reservations", reservation=WORDS)
    assert (status, "Con estas reservas:" in text) == (200, True)
    assert accounts(client, ref, vote="with_reservations", reservation=WORDS)[0] == 303
    shown = people.client(*SECRETARIAT).get(f"/es/cases/{ref}/ballot").text
    assert WORDS in shown
    assert "1 con reservas" in shown


def test_nothing_is_called_done_that_was_not_cast(people: Network, site: Site) -> None:
    """Another state, or no choice at all, with the number of an answer that is not the last."""
    ref, client = opened(site), people.client(*UY)
    page = f"/es/cases/{ref}/ballot"
    sent = {"_confirm": "yes", "_seen": "7"}
    assert post(client, page, page, country="AR", **sent).status_code == 422
    refused = post(client, page, page, country="AR", vote="against", **sent)
    assert (refused.status_code, 'data-code="role"' in refused.text) == (409, True)
    assert accounts(client, ref, seen=7)[0] == 422
    assert accounts(client, ref, seen=7, vote="against")[0] == 409


def test_reservations_beside_another_answer_are_not_dropped(people: Network, site: Site) -> None:
    ref, client = opened(site), people.client(*UY)
    status, text = said_back(client, ref, vote="in_favour", reservation=WORDS)
    assert status == 422
    assert WORDS in text
    assert "Elija esa respuesta o borre este texto" in text


def test_what_blocks_is_explained_and_a_question_stands_for_itself(
    people: Network, site: Site
) -> None:
    ref, secretary = site.case_at("secretariat_review"), people.accounts.actor(*SECRETARIAT)
    question = {"es": "¿Se suspende la sesión?", "fr": "La séance est-elle suspendue ?"}
    opening = Opening(question_content(question), rule_name="consensus", question=question)
    with people.services.uow.begin(secretary) as tx:
        case = lock(tx, people.services, ref)
        open_case_ballot(tx, people.services, case, opening, actor=secretary, office="secretariat")
    client = people.client(*SECRETARIAT)
    text = client.get(f"/es/cases/{ref}/ballot").text
    assert "¿Se suspende la sesión?" in text
    assert "La cuestión misma" in text
    with people.app.test_request_context("/es/"):
        found = people.services.reference.body("ceam").rules["consensus"]
        assert found.needs_text(Position.AGAINST)


def test_an_answer_is_taken_back_in_two_steps_and_only_for_a_while(
    people: Network, site: Site
) -> None:
    ref, client = opened(site), people.client(*UY)
    assert accounts(client, ref, vote="against")[0] == 303
    ballot = f"/es/cases/{ref}/ballot"
    assert f"{ballot}/take-back?country=UY" in client.get(ballot).text
    asked = client.get(f"{ballot}/take-back?country=UY")
    assert "Queda sin responder" in asked.text
    assert Markup(asked.text).faults() == []
    done = post(client, f"{ballot}/take-back?country=UY", f"{ballot}/take-back", country="UY")
    assert done.status_code == 303
    text = client.get(done.location).text
    assert "Uruguay: la respuesta quedó retirada." in text
    assert "Falta el voto de Uruguay en una." in client.get("/es/ceam").text

    seq = int(re.findall(r'name="_seen" value="(\d+)"', text)[0])
    assert accounts(client, ref, seen=seq, vote="abstain")[0] == 303
    site.stage.clock.advance(timedelta(minutes=16))
    assert "take-back" not in client.get(ballot).text
    late = post(client, ballot, f"{ballot}/take-back", country="UY")
    assert late.status_code == 409
    assert 'data-code="recall_over"' in late.text


def test_a_sealed_ballot_says_who_answered_and_not_what(people: Network, site: Site) -> None:
    ref, client = opened(site, secrecy="until_close"), people.client(*UY)
    assert accounts(client, ref, vote="against", explanation=WORDS)[0] == 303
    own = client.get(f"/es/cases/{ref}/ballot").text
    assert "En contra" in own
    for other in (people.client(*SECRETARIAT), people.client(Role.CEAM_DELEGATE, "CL")):
        for page in (f"/es/cases/{ref}/ballot", f"/es/cases/{ref}", "/es/ceam"):
            answer = other.get(page)
            if answer.status_code == 403:
                continue
            assert WORDS not in answer.text
            rows = re.findall(r"<li[ >].*?</li>", answer.text, flags=re.DOTALL)
            told = [row for row in rows if "Uruguay" in row]
            assert not [row for row in told if "contra" in row], page
        assert "respondió" in other.get(f"/es/cases/{ref}/ballot").text


def test_a_secret_ballot_asks_for_no_text(people: Network, site: Site) -> None:
    ref, client = opened(site, secrecy="secret"), people.client(*UY)
    text = client.get(f"/es/cases/{ref}/ballot").text
    assert "with_reservations" not in main_of(text)
    assert "<textarea" not in main_of(text)
    assert "nunca se muestra qué respondió un Estado" in text
    assert accounts(client, ref, vote="against")[0] == 303


def test_a_ballot_that_is_over_takes_no_answer_though_nobody_recorded_its_end(
    people: Network, site: Site
) -> None:
    """Page and program go by one instant: a second before it both take an answer (T37)."""
    ref, client = opened(site), people.client(*UY)
    assert accounts(client, ref, vote="against")[0] == 303
    with people.services.uow.begin(people.accounts.actor(*UY)) as tx:
        program = {"Authorization": f"Bearer {make_token(tx, 'test').token}"}
        closes = find_ballot_state(tx.connection, people.rehearsed.case(ref).id)
    assert closes
    assert closes.closes_at
    api, seen = f"/api/v1/cases/{ref}/ballot", people.rehearsed.case(ref).version
    for second, position in ((-1, "abstain"), (0, "in_favour")):
        site.stage.clock.at = closes.closes_at + timedelta(seconds=second)
        client = people.client(*UY)
        text = client.get(f"/es/cases/{ref}/ballot").text
        (own,) = people.visitor().get(api, headers=program).get_json()["own"]
        assert ('name="vote"' in text) == own["possible"] == bool(second)
        assert accounts(client, ref, seen, vote=position)[0] == (303 if second else 409)
        vote = {"country": "UY", "position": "against"}
        told = people.visitor().post(f"{api}/votes", headers=program, json=vote)
        assert told.status_code == (201 if second else 409)
        seen = people.rehearsed.case(ref).version
        if second:
            continue
        assert told.get_json()["refusals"][0]["code"] == "ballot_closed"
        assert "El plazo para votar terminó." in text
        assert 'data-code="ballot_closed"' in text


def test_a_round_that_was_recalled_stays_in_view_as_void(people: Network, site: Site) -> None:
    ref, client = opened(site), people.client(*UY)
    assert accounts(client, ref, vote="against", explanation=WORDS)[0] == 303
    stage = site.stage
    stage.fire(ref, CHAIR, "recall_ballot", reason="El presupuesto tiene un error.")
    client = people.client(*SECRETARIAT)
    text = client.get(f"/es/cases/{ref}/ballot").text
    assert "Retirado el texto" in text
    assert 'name="vote"' not in text
    stage.fire(ref, (Role.FOCAL_POINT, ""), "resubmit", site.request())
    stage.fire(ref, SECRETARIAT, "record_admissibility", PASSES)
    stage.fire(ref, SECRETARIAT, "record_opinion")
    stage.fire(ref, SECRETARIAT, "open_ballot")
    client = people.client(*UY)
    text = client.get(f"/es/cases/{ref}/ballot").text
    assert "Votaciones anteriores de este asunto" in text
    assert "no cuenta en ninguna otra votación" in text
    assert WORDS in text
    assert 'name="vote"' in text


def paper(client: FlaskClient, ref: str, **answers: str) -> bytes:
    """The paper of Uruguay, filled in."""
    made = client.get(f"/es/cases/{ref}/ballot/paper.xlsx?country=UY")
    assert made.status_code == 200, made.text
    return Filled(made.data).write(answers).saved()


def brought(client: FlaskClient, ref: str, data: bytes) -> tuple[int, str]:
    """The answer to a paper that is uploaded."""
    page = f"/es/cases/{ref}/ballot/paper"
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page).text)
    assert found
    sent = {"csrf_token": found[1], "file": (BytesIO(data), "papeleta.xlsx")}
    answer = client.post(page, data=sent, content_type="multipart/form-data")
    return answer.status_code, answer.text


def confirmed(client: FlaskClient, ref: str, text: str) -> int:
    """Confirm the paper that was said back."""
    packet = re.search(r'name="_packet" value="([^"]+)"', text)
    assert packet
    page = f"/es/cases/{ref}/ballot/paper"
    return int(post(client, page, page, _packet=packet[1], _confirm="yes").status_code)


def test_a_paper_is_filled_in_offline_and_counts_once_when_confirmed(
    people: Network, site: Site
) -> None:
    ref, client = opened(site), people.client(*UY)
    assert f"/es/cases/{ref}/ballot/paper?country=UY" in client.get(f"/es/cases/{ref}/ballot").text
    data = paper(client, ref, position="A favor, con reservas", reservation=WORDS)
    status, text = brought(client, ref, data)
    assert (status, WORDS in text) == (200, True)
    assert Markup(text).faults() == []
    assert site.stage.case(ref).version == site.stage.case(ref).version
    assert confirmed(client, ref, text) == 303
    version = site.stage.case(ref).version
    status, text = brought(client, ref, data)
    assert (status, "ya se recibió" in text) == (200, True)
    assert site.stage.case(ref).version == version


def test_a_paper_of_a_ballot_that_moved_on_overwrites_nothing(people: Network, site: Site) -> None:
    ref, client = opened(site), people.client(*UY)
    data = paper(client, ref, position="A favor")
    assert accounts(client, ref, vote="against")[0] == 303
    status, text = brought(client, ref, data)
    assert (status, 'data-code="paper_overtaken"' in text) == (409, True)
    site.stage.fire(ref, CHAIR, "defer", reason="Falta un documento.")
    status, text = brought(client, ref, data)
    assert (status, 'data-code="paper_moved_on"' in text) == (409, True)


def test_a_paper_needs_the_rights_of_the_day_and_our_seal(people: Network, site: Site) -> None:
    ref, client = opened(site), people.client(*UY)
    data = paper(client, ref, position="A favor")
    other = people.client(Role.CEAM_DELEGATE, "CL")
    status, text = brought(other, ref, data)
    assert (status, 'data-code="role"' in text) == (409, True)
    assert brought(client, ref, data[:-40])[0] == 409
    key = people.accounts.actor(*UY).user_id
    assert key
    with people.services.uow.begin(SYSTEM) as tx:
        deactivate(tx, key)
    assert client.get(f"/es/cases/{ref}/ballot/paper").status_code == 303


def test_a_sealed_ballot_has_no_papers(people: Network, site: Site) -> None:
    ref, client = opened(site, secrecy="until_close"), people.client(*UY)
    refused = client.get(f"/es/cases/{ref}/ballot/paper.xlsx?country=UY")
    assert refused.status_code == 409
    assert 'data-code="paper_sealed"' in refused.text


def test_the_desk_puts_what_the_own_state_has_not_answered_first(
    people: Network, site: Site
) -> None:
    answered, silent = opened(site), opened(site)
    client = people.client(*UY)
    assert accounts(client, answered, vote="in_favour")[0] == 303
    text = client.get("/es/ceam").text
    assert Markup(text).faults() == []
    waiting = text[text.index('id="waiting"') : text.index('id="open"')]
    rest = text[text.index('id="open"') : text.index('id="reading"')]
    assert (silent in waiting, answered in waiting, answered in rest) == (True, False, True)
    assert "Tiempo restante:" in waiting
    assert "Responder por Uruguay" in waiting
    papers = text[text.index('id="reading"') : text.index('id="ended"')]
    assert f"/es/cases/{silent}/dossier/request/1.pdf" in papers
    assert "/es/profile/calendar" in text


def test_opening_says_who_votes_by_which_rule_on_what_and_until_when(
    people: Network, site: Site
) -> None:
    ref = site.case_at("secretariat_review")
    site.stage.fire(ref, SECRETARIAT, "record_admissibility", PASSES)
    site.stage.fire(ref, SECRETARIAT, "record_opinion")
    text = people.client(*SECRETARIAT).get(f"/es/cases/{ref}/do/open_ballot").text
    assert Markup(text).faults() == []
    facts = re.sub(r"<[^>]+>", " ", text)
    assert re.search(r"Votan\s+3\d Estados, por la lista de hoy", facts)
    assert "versión 1, huella" in facts
    assert "Por confirmar" in facts or "confirm" in facts.lower()
    assert "Votación abierta: quien puede leer el expediente" in facts
