"""The Secretariat records what a state answered, on evidence."""

import re
from collections.abc import Iterator
from io import BytesIO

import pytest
from flask.testing import FlaskClient

from ricomi_workflow.audit.queries import list_entries, verify_trails
from ricomi_workflow.bootstrap import TRAIL_CHECKS
from tests.support.databases import Databases
from tests.support.network import Network, post
from tests.support.site import Site
from tests.web.markup import Markup
from tests.web.test_ballots import SECRETARIAT, UY, accounts, copied_site, opened

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def peopled_site(databases: Databases) -> Iterator[tuple[Network, Site]]:
    """A network of people with cases."""
    yield from copied_site(databases)


@pytest.fixture
def people(peopled_site: tuple[Network, Site]) -> Network:
    """The people."""
    return peopled_site[0]


@pytest.fixture
def site(peopled_site: tuple[Network, Site]) -> Site:
    """The cases."""
    return peopled_site[1]


def test_the_secretariat_records_a_vote_on_evidence_with_both_names(
    people: Network, site: Site
) -> None:
    ref, client = opened(site), people.client(*SECRETARIAT)
    page = f"/es/cases/{ref}/ballot/record"
    assert page in client.get(f"/es/cases/{ref}/ballot").text
    assert Markup(client.get(page).text).faults() == []
    bare = post(client, page, page, country="HT", vote="in_favour")
    assert bare.status_code == 422
    assert "sin prueba no se inscribe" in bare.text
    note = {
        "country": "HT",
        "vote": "in_favour",
        "signatory": "Representante Permanente de Haití",
        "reference": "Nota 114/2026",
    }
    back = post(client, page, page, **note)
    assert "La Secretaría inscribe el voto de Haití" in back.text
    assert "Representante Permanente de Haití" in back.text
    done = post(client, page, page, _confirm="yes", **note)
    assert done.status_code == 303
    text = people.client(*UY).get(f"/es/cases/{ref}/ballot").text
    assert "inscrito por la Secretaría; lo comunicó Representante Permanente de Haití" in text
    assert people.client(*UY).get(page).status_code == 403


def sent_along(
    client: FlaskClient, page: str, name: str, data: bytes, **more: str
) -> tuple[int, str]:
    """The answer to a form on `page` with a scanned note beside it."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page).text)
    assert found
    sent = {"csrf_token": found[1], "file": (BytesIO(data), name), **more}
    answer = client.post(page, data=sent, content_type="multipart/form-data")
    return answer.status_code, answer.text


def test_a_scanned_note_sent_with_the_record_is_kept_as_a_document_of_the_case(
    people: Network, site: Site
) -> None:
    ref, client = opened(site), people.client(*SECRETARIAT)
    page, before = f"/es/cases/{ref}/ballot/record", site.stage.case(ref).version
    status, text = sent_along(client, page, "nota.exe", b"MZ", country="HT", vote="in_favour")
    assert (status, 'id="file-error"' in text) == (422, True)
    assert site.stage.case(ref).version == before
    # What is missing beside it does not lose the note: it is kept and chosen.
    status, text = sent_along(client, page, "Nota 114.pdf", PDF, country="HT", vote="in_favour")
    assert (status, 'id="signatory-error"' in text) == (422, True)
    chosen = re.search(r'value="([0-9a-f]{64})" selected', text)
    assert chosen
    assert Markup(text).faults() == []
    note = {"country": "HT", "vote": "in_favour", "signatory": "Su embajadora"}
    note["document"] = chosen[1]
    assert "Nota 114.pdf" in post(client, page, page, **note).text
    assert post(client, page, page, _confirm="yes", **note).status_code == 303
    listed = people.client(*UY).get(f"/es/cases/{ref}/documents").text
    assert listed.count("Nota 114.pdf") >= 1
    with site.stage.services.uow.read() as connection:
        acts = {e.act: e.detail for e in list_entries(connection, site.stage.case(ref).id)}
        assert [fault for fault in verify_trails(connection, TRAIL_CHECKS) if fault] == []
    assert all(chosen[1] in str(acts[name]) for name in ("file.added", "ballot.vote_recorded"))


def test_what_a_state_answered_itself_is_not_recorded_over(people: Network, site: Site) -> None:
    ref = opened(site)
    assert accounts(people.client(*UY), ref, vote="against")[0] == 303
    client, page = people.client(*SECRETARIAT), f"/es/cases/{ref}/ballot/record"
    note = {"country": "UY", "vote": "in_favour", "signatory": "Alguien", "reference": "Nota 1"}
    refused = post(client, page, page, _confirm="yes", **note)
    assert refused.status_code == 409
    assert 'data-code="state_answered"' in refused.text
    assert "Nota 1" in refused.text
