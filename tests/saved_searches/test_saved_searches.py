"""A saved search tells what is new, once, to whom it belongs and who said that they want it."""

import re
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, update

from ricomi_workflow.catalogue.models import catalogue_entry
from ricomi_workflow.identity.commands import deactivate, reactivate
from ricomi_workflow.kernel.actors import ANONYMOUS, SYSTEM, Actor, Role
from ricomi_workflow.kernel.clock import FrozenClock
from ricomi_workflow.kernel.errors import Forbidden, Invalid, NotFound, Refused
from ricomi_workflow.messaging.delivery import PAUSES
from ricomi_workflow.messaging.models import message
from ricomi_workflow.messaging.transport import FolderTransport
from ricomi_workflow.saved_searches.commands import (
    SearchRequest,
    confirm_search,
    delete_unconfirmed,
    end_own_search,
    end_search,
    erase_address,
    queue_mail,
    request_search,
    save_search,
)
from ricomi_workflow.saved_searches.jobs import SHOWN, run_due_searches, send_search_mail
from ricomi_workflow.saved_searches.models import (
    saved_search,
    saved_search_address,
    saved_search_mail,
    saved_search_notified,
)
from ricomi_workflow.saved_searches.queries import list_own_searches
from ricomi_workflow.saved_searches.rules import ASKED_AN_HOUR, SavedQuery, parse_token
from tests.catalogue.shelf import FIRST, Shelf
from tests.support.product import person

LAWS = SavedQuery("", {"topic": ["legislation"], "country": ["PY"]})
EMAIL = "lectora@example.org"


class Post(Shelf):
    """A catalogue, its clock, and the mails that left."""

    folder: Path

    @property
    def clock(self) -> FrozenClock:
        clock = self.services.uow.clock
        assert isinstance(clock, FrozenClock)
        return clock

    def asks(self, email: str = EMAIL, question: SavedQuery = LAWS, origin: str = "here") -> None:
        with self.services.uow.begin(ANONYMOUS) as tx:
            request_search(tx, SearchRequest(email, question, "daily", "pt", origin))

    def mails(self) -> list[EmailMessage]:
        """What leaves now."""
        before = set(self.folder.rglob("*.eml"))
        while send_search_mail(self.services, FolderTransport(self.folder)):
            pass
        new = sorted(set(self.folder.rglob("*.eml")) - before)
        return [message_from_bytes(p.read_bytes(), policy=policy.default) for p in new]

    def told(self, **later: int) -> list[str]:
        """The texts of the mails that leave after the worker looked."""
        self.clock.advance(timedelta(**later))
        while run_due_searches(self.services)[0]:
            pass
        return [text(mail) for mail in self.mails()]

    def confirmed(self) -> EmailMessage:
        """A visitor's search, asked for and confirmed; the mail that asked."""
        self.asks()
        [mail] = self.mails()
        self.follow(text(mail))
        return mail

    def follow(self, words: str) -> None:
        [token] = re.findall(r"alerts/confirm/(\S+)", words)
        with self.services.uow.begin(ANONYMOUS) as tx:
            confirm_search(tx, self.services, token)

    def rows(self) -> tuple[int, ...]:
        """How many addresses, searches, entries told and mails there are."""
        with self.services.uow.read() as connection:
            return tuple(
                connection.execute(select(func.count()).select_from(table)).scalar_one()
                for table in (
                    saved_search_address,
                    saved_search,
                    saved_search_notified,
                    saved_search_mail,
                )
            )


def text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


@pytest.fixture
def desk(engine: Engine, tmp_path: Path) -> Post:
    made = Post(engine)
    made.folder = tmp_path
    made.clock.at = FIRST
    return made


def test_a_visitor_who_confirmed_is_told_of_each_entry_once(desk: Post) -> None:
    desk.put(title={"es": "Antes"})
    desk.clock.advance(timedelta(hours=2))
    mail = desk.confirmed()
    assert mail["To"] == EMAIL
    assert "Confirmação" in mail["Subject"]
    desk.put(hour=3, title={"es": "Ley nueva", "pt": "Lei nova"})
    desk.put("CL", hour=3, title={"es": "De otro"}, participants=["BR"])
    assert desk.told(hours=20) == []  # not due yet
    [words] = desk.told(hours=5)
    assert ("Lei nova" in words, "Antes" in words, "De otro" in words) == (True, False, False)
    assert "/pt/catalogue/RICOMI-2026-0002" in words
    assert "/pt/catalogue?country=PY&topic=legislation" in words
    with desk.services.uow.begin(ANONYMOUS) as tx:  # it changes again
        tx.execute(update(catalogue_entry).values(changed_at=tx.now))
    [again] = desk.told(days=1)
    assert ("Lei nova" in again, "Antes" in again) == (False, True)
    assert desk.told(days=1) == []


def test_nothing_is_mailed_to_who_did_not_confirm_and_it_is_forgotten(desk: Post) -> None:
    desk.asks()
    desk.asks()  # the same again: nothing more
    [mail] = desk.mails()
    desk.put(hour=1)
    assert desk.told(days=1) == []
    assert desk.rows()[:2] == (1, 1)
    desk.clock.advance(timedelta(days=2))
    with pytest.raises(NotFound):
        desk.follow(text(mail))
    with desk.services.uow.begin(ANONYMOUS) as tx:
        assert delete_unconfirmed(tx) == 1
    assert desk.rows() == (0, 0, 0, 0)


def test_one_click_in_the_mail_ends_it_and_nothing_of_the_address_is_left(desk: Post) -> None:
    desk.confirmed()
    desk.put(hour=1)
    desk.clock.advance(timedelta(days=1, hours=1))
    run_due_searches(desk.services)
    [mail] = desk.mails()
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    [token] = re.findall(r"/pt/alerts/end/([^>\s]+)>", mail["List-Unsubscribe"])
    for wrong in (token[:-1], f"{parse_token(token):x}-AAAA", "x", "-1-x", f"{2**70:x}-x", "é-x"):
        with pytest.raises(NotFound), desk.services.uow.begin(ANONYMOUS) as tx:
            end_search(tx, desk.services, wrong)
    with desk.services.uow.begin(ANONYMOUS) as tx:
        end_search(tx, desk.services, token)
    assert desk.rows() == (0, 0, 0, 0)


def test_an_address_is_erased_with_all_that_is_kept_for_it(desk: Post) -> None:
    desk.asks()
    desk.asks(question=SavedQuery("salud", {}))
    desk.asks("otra@example.org")
    with desk.services.uow.begin(ANONYMOUS) as tx:
        assert erase_address(tx, f" {EMAIL.upper()}") == 2
    assert desk.rows() == (1, 1, 0, 1)


def test_who_asks_too_much_is_refused_and_nobody_floods_an_address(desk: Post) -> None:
    for number in range(5):
        desk.asks(question=SavedQuery(f"palabra{number}", {}))
    assert len(desk.mails()) == 3
    # What was asked in vain counts as well: else the count would tell what an address has.
    for number in range(ASKED_AN_HOUR - 5):
        desk.asks(f"{number}@example.org")
    with pytest.raises(Refused):
        desk.asks("una.mas@example.org")
    desk.asks("una.mas@example.org", origin="elsewhere")
    for wrong in (
        "",
        "nadie",
        "a@b",
        "a b@example.org",
        "a@example.org\nBcc: x@example.org",
        "a..b@example.org",
        "a(b@example.org",
        "é@example.org",
        "a\x7f@example.org",
    ):
        with pytest.raises(Invalid):
            desk.asks(wrong, origin="third")


def test_a_mail_that_cannot_be_written_holds_up_no_other(desk: Post) -> None:
    desk.asks("a@example.org")
    with desk.services.uow.begin(ANONYMOUS) as tx:
        asked = dict(tx.connection.execute(select(saved_search)).one()._mapping)
        tx.insert(saved_search_address, {"id": 1, "email": "a..b@example.org"})
        tx.flush()
        tx.insert(saved_search, asked | {"id": 2, "address_id": 1})
        tx.flush()
        queue_mail(tx, 2, "saved_search_confirm", {})
        erase_address(tx, "a@example.org")
    desk.asks()
    [mail] = desk.mails()
    assert mail["To"] == EMAIL
    for pause in PAUSES:
        assert desk.mails() == []
        desk.clock.advance(pause)
    assert (desk.mails(), desk.rows()[3]) == ([], 0)  # given up


@pytest.fixture
def reader(desk: Post) -> Actor:
    return person(desk.services, Role.FOCAL_POINT, "PY", lang="fr")


def test_somebody_with_an_account_is_told_in_the_inbox(desk: Post, reader: Actor) -> None:
    for pace in ("weekly", "daily"):  # the same question: the new pace holds
        with desk.services.uow.begin(reader) as tx:
            save_search(
                tx, SavedQuery(" ley ", {"topic": ["legislation"], "country": []}), pace, "es"
            )
    with desk.services.uow.read() as connection:
        [saved] = list_own_searches(connection, reader.user_id)
    assert (saved.pace, saved.question) == ("daily", SavedQuery("ley", {"topic": ["legislation"]}))
    desk.put(hour=1, title={"es": "Una ley"})
    assert desk.told(days=2) == []  # no mail of a visitor
    with desk.services.uow.read() as connection:
        [told] = connection.execute(select(message.c.name, message.c.params)).all()
    assert told.name == "saved_search_own"
    assert told.params["entries"] == [{"ref": "RICOMI-2026-0001", "title": {"es": "Una ley"}}]
    with pytest.raises(NotFound), desk.services.uow.begin(ANONYMOUS) as tx:
        end_own_search(tx, saved.id)
    with desk.services.uow.begin(reader) as tx:
        end_own_search(tx, saved.id)
    assert desk.rows() == (0, 0, 0, 0)
    with pytest.raises(Forbidden), desk.services.uow.begin(ANONYMOUS) as tx:
        save_search(tx, LAWS, "daily", "es")


def test_a_look_counts_everything_new_and_leaves_a_closed_account_for_later(
    desk: Post, reader: Actor
) -> None:
    number = 1_200
    with desk.services.uow.begin(reader) as tx:
        save_search(tx, SavedQuery("", {}), "daily", "es")
    desk.put(hour=1)
    with desk.engine.begin() as connection:
        [row] = connection.execute(select(catalogue_entry)).mappings()
        last = row["changed_at"] + timedelta(hours=1)
        copies = [
            {**row, "entry_id": 1_000 + n, "ref": f"RICOMI-2025-{n:04}", "changed_at": last}
            for n in range(1, number)
        ]
        connection.execute(catalogue_entry.insert(), copies)
    desk.clock.advance(timedelta(days=2))
    assert reader.user_id is not None
    with desk.services.uow.begin(SYSTEM) as tx:
        deactivate(tx, reader.user_id)
    assert run_due_searches(desk.services) == (0, 0)
    with desk.services.uow.begin(SYSTEM) as tx:
        reactivate(tx, reader.user_id)
    assert run_due_searches(desk.services) == (1, 1)
    assert desk.rows()[2] == number
    with desk.services.uow.read() as connection:
        [params] = connection.execute(select(message.c.params)).scalars()
    assert (params["found"], len(params["entries"])) == (number, SHOWN)
    assert params["entries"][0]["ref"] == f"RICOMI-2025-{number - 1:04}"  # the last to change
    desk.clock.advance(timedelta(days=2))
    assert run_due_searches(desk.services) == (1, 0)  # of none of them again


def test_a_question_is_the_same_in_whatever_order_it_is_asked() -> None:
    one = SavedQuery(" dos  palabras", {"topic": ["b", "a", "a"], "year": []})
    two = SavedQuery("dos palabras", {"topic": ["a", "b"]})
    assert one.digest == two.digest
    assert two.pairs() == [("q", "dos palabras"), ("topic", "a"), ("topic", "b")]
