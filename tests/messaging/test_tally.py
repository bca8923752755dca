"""A decision by vote tells its figures in the reader's language."""

from datetime import UTC, datetime

import pytest

from ricomi_workflow.bootstrap import Settings, compose
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.messaging.queries import Message
from ricomi_workflow.messaging.rendering import Reader, render


@pytest.mark.parametrize(
    ("lang", "said"), [("es", "10 a favor, 17 en contra"), ("pt", "10 a favor, 17 contra")]
)
def test_a_rejection_says_how_the_states_voted(lang: str, said: str) -> None:
    services = compose(Settings(database_url="sqlite://", secret_key="x" * 40))
    tally: dict[str, Json] = {
        "electorate": 32,
        "in_favour": 10,
        "with_reservations": 3,
        "against": 17,
        "abstain": 1,
        "chair": "against",
    }
    params: dict[str, Json] = {
        "recipient_name": "Punto focal",
        "ref": "RICOMI-2026-0001",
        "title": {"es": "Red"},
        "country": "PY",
        "definition": "cooperation_request/v1",
        "state": "rejected",
        "reason": "",
        "due": "",
        "tally": tally,
    }
    stored = Message(
        id=1,
        case_id=1,
        name="rejected",
        params=params,
        created_at=datetime(2026, 9, 1, tzinfo=UTC),
        read_at=None,
    )

    assert said in render(services, stored, Reader(1, lang, "America/Asuncion")).text
    assert "4" in render(services, stored, Reader(1, lang, "America/Asuncion")).text
