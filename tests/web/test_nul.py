"""The byte that PostgreSQL cannot keep is left out wherever it is sent, and nothing fails."""

from __future__ import annotations

from sqlalchemy import Engine

from tests.support.network import post
from tests.web.test_accidents import ballot_of
from tests.web.test_ballots import UY, made_site, opened

ADDRESSES = ("cases/%00", "decisions/%00/1", "meetings/%00", "states/%00/votes")
QUESTIONS = ("decisions?after=%00.1", "meetings?after=%00", "cases?q=%00")


def test_what_was_typed_is_kept_without_it(engine: Engine) -> None:
    people, site = made_site(engine)
    ref, client = opened(site), people.client(*UY)
    for path in ADDRESSES:
        assert client.get(f"/es/{path}").status_code == 404, path
    for path in QUESTIONS:
        assert client.get(f"/es/{path}").status_code == 200, path
    page = f"/es/cases/{ref}/ballot"
    sent = {"country": "UY", "vote": "in_favour", "_confirm": "yes", "_seen": "0"}
    assert post(client, page, page, **sent, explanation="De acuerdo\x00.").status_code == 303
    found = ballot_of(people, ref)
    assert found is not None
    assert [v.explanation for v in found.history] == ["De acuerdo."]
