"""What is said around a ballot is what happened: no figure where no answer was counted."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from ricomi_workflow.ballots.meeting_vote import conclude_ballot, take_attendance
from ricomi_workflow.ballots.voting_methods import VotingMethod
from ricomi_workflow.cases.commands import lock
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.text import LANGUAGES
from ricomi_workflow.worker.jobs import sweep_deadlines
from tests.support.databases import Databases
from tests.support.network import Network
from tests.support.site import Site
from tests.web.test_ballots import CHAIR, SECRETARIAT, UY, copied_site, main_of, opened

APPLICANT = (Role.FOCAL_POINT, "PY")


@pytest.fixture
def scene(databases: Databases) -> Iterator[tuple[Network, Site]]:
    """A network of people, and the means to bring a case before the committee."""
    yield from copied_site(databases)


def words_of(people: Network, who: tuple[Role, str | None], path: str) -> str:
    """The words of a page, without its marks."""
    text = main_of(people.client(*who).get(path).text)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def agreed(people: Network, site: Site) -> str:
    """A case that the room adopted without an objection."""
    ref = opened(site, way="consensus")
    voters = sorted(country for country, _delegate in people.accounts.delegates())
    for act in (
        lambda tx, case: take_attendance(tx, people.services, case, voters, order=""),
        lambda tx, case: conclude_ballot(tx, people.services, case),
    ):
        with people.services.uow.begin(people.accounts.actor(*CHAIR)) as tx:
            act(tx, lock(tx, people.services, ref))
    return ref


def test_of_a_consensus_it_is_told_that_nobody_objected(scene: tuple[Network, Site]) -> None:
    people, site = scene
    ref = agreed(people, site)
    assert site.stage.case(ref).state == "approved_awaiting_funds"
    desk, listed = words_of(people, UY, "/es/ceam"), words_of(people, UY, "/es/decisions")
    assert "Aprobado: ningún Estado objetó." in desk
    assert "Ningún Estado objetó." in listed
    assert "no objetó" in desk[desk.index("Lo que respondió Uruguay") :]
    entry = people.visitor().get(f"/es/catalogue/{ref}").text
    assert "La CAM lo aprobó por consenso. Ningún Estado objetó." in entry
    assert not re.search(r"votos? a favor|Sin responder|los totales", entry)
    for lang in LANGUAGES:
        entry = people.visitor().get(f"/{lang}/catalogue/{ref}").text
        for way in VotingMethod:
            words = {"body": "CAM", "n": 1, "entitled": 2}
            assert people.services.texts.text(f"public.decision_{way}", lang, **words)
        told = people.services.texts.text("public.decision_consensus", lang, body="")
        assert told.split()[-1] in entry
    history = words_of(people, UY, "/es/states/UY/votes")
    assert ("Sin objeción" in history, "Sin respuesta" in history) == (True, False)
    mail, trail = words_of(people, APPLICANT, "/es/inbox"), words_of(people, UY, f"/es/cases/{ref}")
    for told in (desk, listed, mail, trail):
        assert not re.search(r"\b0 a favor|a favor 0|sin responder, de", told)


@pytest.mark.parametrize("secrecy", ["until_close", "secret"])
def test_of_a_sealed_ballot_that_decided_nothing_no_figure_is_told(
    scene: tuple[Network, Site], secrecy: str
) -> None:
    people, site = scene
    ref = opened(site, secrecy=secrecy)
    site.vote(ref, ["UY", "BR"], "against")
    site.stage.fire(ref, CHAIR, "defer", reason="Se pide más tiempo.")
    assert "Se pide más tiempo." in words_of(people, APPLICANT, "/es/inbox")
    for path in ("/es/inbox", f"/es/cases/{ref}", "/es/decisions"):
        told = words_of(people, UY, path)
        assert not re.search(r"\b0 a favor|a favor 0|sin responder, de", told, re.IGNORECASE)


def test_of_a_ballot_that_nobody_answered_it_is_told_that_nobody_did(
    scene: tuple[Network, Site],
) -> None:
    people, site = scene
    opened(site)
    site.behind.clock.at = site.behind.clock.at.replace(year=2027)
    sweep_deadlines(people.services)
    assert "32 sin responder, de 32" in words_of(people, APPLICANT, "/es/inbox")


def test_an_opening_is_said_back_with_one_term(scene: tuple[Network, Site]) -> None:
    """The term of the state stood beside the term that was asked for, and contradicted it."""
    people, site = scene
    ref = site.case_at("secretariat_review")
    site.stage.fire(ref, SECRETARIAT, "record_admissibility")
    site.stage.fire(ref, SECRETARIAT, "record_opinion")
    page = main_of(people.client(*CHAIR).get(f"/es/cases/{ref}/do/open_ballot").text)
    assert "No se han leído todos los artículos en que descansa." in page
    assert "Por confirmar" not in page  # the Secretariat has confirmed the rule
    assert "<dt>Hasta</dt>" in page
    assert "<dt>Plazo</dt>" not in page


def test_what_would_decide_names_no_answer_that_is_not_offered(
    scene: tuple[Network, Site],
) -> None:
    people, site = scene
    ref = opened(site)
    site.vote(ref, ["BR"], "in_favour")
    site.vote(ref, ["AR"], "against")
    told = words_of(people, UY, f"/es/cases/{ref}/ballot")
    assert "Qué bastaría para aprobar o rechazar" in told
    assert "que no participen" in told
    assert "excus" not in told
