"""Whoever is told that a ballot was recalled is led to a page that they may read."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import Engine

from ricomi_workflow.cases.commands import open_case
from ricomi_workflow.kernel.actors import Role
from tests.support.network import post
from tests.support.site import Site
from tests.web.test_ballots import CHAIR, SECRETARIAT, UY, made_site, opened

WHY = "El presupuesto tiene un error."
APPLICANT = (Role.FOCAL_POINT, "PY")
FUND = (Role.FUND_ADMINISTRATOR, None)
STRANGER = (Role.FOCAL_POINT, "UY")
_LINK = re.compile(r'href="(/es/decisions/[^"]+)">http')


class Practice(Site):
    """The same site, in which every case is an exercise."""

    def open(self, country: str = "PY") -> str:
        """Open an exercise."""
        services = self.stage.services
        with services.uow.begin(self.behind.accounts.actor(Role.FOCAL_POINT, country)) as tx:
            return open_case(tx, services, "cooperation_request", country, exercise=True).ref


@pytest.mark.parametrize("kind", [Site, Practice])
def test_everybody_who_is_told_of_a_recall_reads_the_page_of_its_link(
    engine: Engine, kind: type[Site]
) -> None:
    people, made = made_site(engine)
    site = kind("", made.behind, made.stage)
    ref = opened(site)
    site.vote(ref, ["UY"], "against")
    site.stage.fire(ref, SECRETARIAT, "recall_ballot", reason=WHY)
    assert site.stage.case(ref).state == "returned"
    href = f"/es/decisions/{ref}/1"
    for who in (UY, CHAIR, FUND, APPLICANT):
        client = people.client(*who)
        letters = client.get("/es/inbox").text
        assert set(_LINK.findall(letters)) == {href}
        assert "Ver la votación retirada: <a" in letters
        page = client.get(href)
        assert (page.status_code, WHY in page.text) == (200, True), who
        sees = client.get(f"/es/cases/{ref}").status_code == 200
        assert (f'href="/es/cases/{ref}"' in page.text) == sees == (who == APPLICANT)
    expected = 404 if kind is Practice else 200
    assert people.visitor().get(href).status_code == expected
    assert people.client(*STRANGER).get(href).status_code == expected


def test_an_act_on_a_recalled_ballot_leads_to_its_record_and_to_no_missing_page(
    engine: Engine,
) -> None:
    people, site = made_site(engine)
    ref = opened(site)
    chair, uruguay = people.client(*CHAIR), people.client(*UY)
    page, ballot = f"/es/cases/{ref}/do/recall_ballot", f"/es/cases/{ref}/ballot"
    version, left = str(site.stage.case(ref).version), f"/es/decisions/{ref}/1?left=1"
    assert uruguay.get(ballot).status_code == 200
    for _each in range(2):  # the second is the same act, sent twice
        done = post(chair, "/es/work", page, _version=version, reason=WHY)
        assert done.status_code == 303
    assert site.stage.case(ref).state == "returned"
    accounts = post(uruguay, "/es/work", ballot, country="UY", vote="in_favour", _confirm="yes")
    for answered in (accounts, uruguay.get(ballot), chair.get(f"/es/cases/{ref}"), chair.get(page)):
        assert (answered.status_code, answered.headers["Location"]) == (303, left)
    for client in (chair, uruguay):
        shown = client.get(left)
        assert shown.status_code == 200
        assert "su oficina no lo ve mientras tanto" in shown.text
        assert WHY in shown.text
    assert "no lo ve mientras tanto" not in people.client(*APPLICANT).get(left).text
    assert people.client(*STRANGER).get(ballot).status_code == 404
    assert people.client(*APPLICANT).get(f"/es/cases/{ref}").status_code == 200
