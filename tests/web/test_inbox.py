import re

from sqlalchemy import text

from ricomi_workflow.kernel.actors import SYSTEM, Role
from ricomi_workflow.messaging.delegation_notices import send_password_reset
from ricomi_workflow.messaging.queries import count_unread, list_inbox
from ricomi_workflow.messaging.rendering import Reader, render
from tests.support.network import Network, post
from tests.web.markup import Markup

SECRETARIAT = (Role.SECRETARIAT, None)


def key_of(network: Network) -> int:
    key = network.accounts.actor(*SECRETARIAT).user_id
    assert key is not None
    return key


def unread(network: Network) -> int:
    with network.services.uow.read() as connection:
        return count_unread(connection, key_of(network))


def test_the_inbox_shows_the_words_of_the_mail_in_the_language_of_the_page(
    lived: Network,
) -> None:
    page = lived.client(*SECRETARIAT).get("/fr/inbox").text
    with lived.services.uow.read() as connection:
        newest = list_inbox(connection, key_of(lived), limit=3)
    assert Markup(page).faults() == []
    plain = " ".join(Markup(page).all[0].whole_text().split())
    for message in newest:
        words = render(lived.services, message, Reader(key_of(lived), "fr", "America/New_York"))
        assert " ".join(words.subject.split()) in plain
        assert " ".join(words.text.split("\n")[2].split()) in plain


def test_the_link_of_a_message_leads_to_its_case_on_this_site(lived: Network) -> None:
    page = Markup(lived.client(*SECRETARIAT).get("/pt/inbox").text)
    links = [n.attributes["href"] for n in page.find("a") if "/cases/RICOMI-" in str(n.attributes)]
    assert links
    assert all(re.fullmatch(r"/pt/cases/RICOMI-\d{4}-\d{4}", link) for link in links)


def test_older_messages_are_met_by_key(lived: Network) -> None:
    client = lived.client(*SECRETARIAT)
    first = Markup(client.get("/es/inbox").text)
    onward = first.find("a", rel="next")[0].attributes["href"]
    second = Markup(client.get(onward).text)
    times = [n.attributes["datetime"] for p in (first, second) for n in p.find("time")]
    assert len(times) == 40
    assert times == sorted(times, reverse=True)


def test_one_message_then_all_are_marked_as_read(people: Network) -> None:
    email = people.accounts.emails[SECRETARIAT]
    for _ in range(3):
        with people.services.uow.begin(SYSTEM) as tx:
            send_password_reset(tx, email, people.services.secret_key)
    client = people.client(*SECRETARIAT)
    with people.services.uow.read() as connection:
        newest = list_inbox(connection, key_of(people))[0]
    post(client, "/es/inbox", "/es/inbox/read", message=str(newest.id))
    assert unread(people) == 2
    post(client, "/es/inbox", "/es/inbox/read")
    assert unread(people) == 0
    assert "Nada sin leer" in client.get("/es/inbox").text


def test_a_one_time_link_stands_in_the_mail_only(people: Network) -> None:
    with people.services.uow.begin(SYSTEM) as tx:
        send_password_reset(tx, people.accounts.emails[SECRETARIAT], people.services.secret_key)
    assert "/link/" not in people.client(*SECRETARIAT).get("/es/inbox").text


def test_the_messages_of_others_cannot_be_marked(people: Network) -> None:
    with people.services.uow.begin(SYSTEM) as tx:
        send_password_reset(tx, people.accounts.emails[SECRETARIAT], people.services.secret_key)
    with people.services.uow.read() as connection:
        key = connection.execute(text("SELECT id FROM message")).scalar()
    other = people.client(Role.AUDITOR)
    post(other, "/es/profile", "/es/inbox/read", message=str(key))
    assert unread(people) == 1
