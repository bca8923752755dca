"""Minutes that two people write: nobody writes over what the other kept, and no text is lost."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest

from ricomi_workflow.kernel.errors import Conflict, Invalid
from ricomi_workflow.kernel.text import LANGUAGES
from ricomi_workflow.meetings import minutes, session
from tests.support.application import application
from tests.support.meeting import RAPPORTEUR, Room
from tests.support.network import post
from tests.support.story import CHAIR, SECRETARIAT
from tests.web.markup import Markup

SAID = {
    "es": "Mientras usted escribía se guardó la versión 2",
    "en": "Version 2 was kept while you were writing",
    "pt": "Enquanto se escrevia, foi salva a versão 2",
    "fr": "La version 2 a été enregistrée pendant que vous écriviez",
}


def write(room: Room, text: str, seen: int | None, by: str = RAPPORTEUR) -> int:
    with room.story.act(by) as tx:
        return minutes.write_minutes(tx, room.story.services, room.ref, text, "es", seen=seen)


@pytest.fixture
def written(room: Room) -> Room:
    """Minutes open to amendments, of which one was accepted: version 2."""
    item = room.add("Uno")
    room.open_session()
    room.take_up(item)
    services = room.story.services
    with room.story.act(CHAIR) as tx:
        session.postpone_item(tx, services, room.ref, item, "Falta el documento.")
    room.do(CHAIR, "adjourn")
    assert write(room, "La Comisión se reunió.", 0) == 1
    room.do(RAPPORTEUR, "open_minutes")
    with room.story.act("ceam_delegate:MX") as tx:
        number = minutes.propose_amendment(
            tx, services, room.ref, "MX", passage="se reunió", proposed="se reunió a las diez"
        )
    with room.story.act(RAPPORTEUR) as tx:
        made = minutes.answer_amendment(tx, services, room.ref, number, accepted=True, reason="")
    assert made == 2
    return room


def test_who_began_with_an_older_version_writes_nothing_over_the_newer(written: Room) -> None:
    for seen in (0, 1, 3):
        with pytest.raises(Invalid) as caught:
            write(written, "Otro texto.", seen, SECRETARIAT)
        assert [(e.path, e.code) for e in caught.value.fields] == [("text", "minutes_moved_on")]
    with written.story.services.uow.read() as connection:
        kept = minutes.find_latest_minutes(connection, written.now.id)
    assert kept is not None
    assert (kept.version, "a las diez" in kept.text) == (2, True)
    assert write(written, kept.text, 1) == 2  # the same words are no other version
    with pytest.raises(Conflict), written.story.act(RAPPORTEUR) as tx:
        minutes.certify_minutes(
            tx, written.story.services, written.ref, seen=1
        )  # not what was read
    assert write(written, "Con lo añadido.", 2, SECRETARIAT) == 3


def test_the_page_keeps_what_was_typed_and_saves_it_when_it_was_compared(written: Room) -> None:
    story = written.story
    app = application(story, story.services)
    key, typed = story.people[RAPPORTEUR].user_id, "Lo que la relatoría escribió."
    page, newest = "", ""
    with app.test_client() as client:
        with client.session_transaction() as kept:
            kept["_user_id"], kept["_fresh"] = f"{key}:1", True
        for lang in LANGUAGES:
            page = f"/{lang}/meetings/{written.ref}/minutes"
            answer = post(client, page, page, text=typed, lang="es", _seen="1")
            assert (answer.status_code, SAID[lang] in answer.text) == (422, True)
            assert Markup(answer.text).faults() == []
            (control,) = Markup(answer.text).find("textarea", id="text")
            assert control.whole_text().strip() == typed
            seen = Markup(answer.text).find("input", name="_seen")[-1]
            newest = seen.attributes["value"]
        stale = post(client, page, f"{page}/certificate", _seen="1")
        assert (stale.status_code, 'data-code="conflict"' in stale.text) == (409, True)
        done = post(client, page, page, text=typed, lang="es", _seen=newest)
        assert done.status_code == 303
    assert write(written, typed, 3) == 3
    sent = {"text": f"{typed} Y más.", "lang": "es", "_seen": "3"}
    over = app.test_client().post(page, data=sent, headers={"Origin": "http://localhost"})
    assert "kept_for" in over.text  # a session that ended meanwhile takes nothing with it
    (kept_text,) = Markup(over.text).find("input", name="kept")
    assert dict(parse_qsl(kept_text.attributes["value"] or "")) == sent
