"""Delivery against a real SMTP server that accepts, refuses and asks to come again."""

import smtplib
from asyncio import AbstractServer
from collections.abc import Awaitable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from socket import create_server
from threading import Barrier, Thread
from typing import cast

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import Row, select

from ricomi_workflow.identity.commands import add_user, deactivate
from ricomi_workflow.identity.queries import Holder
from ricomi_workflow.kernel.actors import SYSTEM, Actor, Role
from ricomi_workflow.kernel.clock import FrozenClock
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.messaging.commands import enqueue, mark_read, send_again
from ricomi_workflow.messaging.delegation_notices import send_invitation
from ricomi_workflow.messaging.delivery import LEASE, PAUSES, Counts, deliver_mails, mail_domain
from ricomi_workflow.messaging.models import delivery
from ricomi_workflow.messaging.queries import (
    count_unread,
    get_outbox_health,
    list_failed_mails,
    list_inbox,
)
from ricomi_workflow.messaging.transport import (
    FolderTransport,
    MailContent,
    SmtpTransport,
    build_mail,
    transport_from,
)
from tests.messaging.conftest import NOON, Ground
from tests.support.ports import unanswered

ANA = "ana@migraciones.gov.py"
PATIENCE = 60.0


@dataclass
class Mailbox:
    """What the server took, and what it is to answer next instead of taking."""

    mails: list[EmailMessage] = field(default_factory=list)
    at_recipient: list[str] = field(default_factory=list)
    at_content: list[str] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 - named by aiosmtpd
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: object
    ) -> str:
        """Answer to a recipient."""
        if self.at_recipient:
            return self.at_recipient.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd calls it
        """Answer to a whole mail."""
        if self.at_content:
            return self.at_content.pop(0)
        content = cast("bytes", envelope.content)
        self.mails.append(message_from_bytes(content, policy=policy.default))
        return f"250 2.0.0 Ok: queued as {len(self.mails)}"


class Listening(Controller):
    """An SMTP server on a port that it is given and keeps."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._socket = create_server(("127.0.0.1", 0))
        host, port = self._socket.getsockname()
        super().__init__(mailbox, hostname=host, port=port, ready_timeout=PATIENCE)

    def _create_server(self) -> Awaitable[AbstractServer]:
        return self.loop.create_server(self._factory_invoker, sock=self._socket)


@pytest.fixture
def mailbox() -> Mailbox:
    """The mailbox of the server."""
    return Mailbox()


@pytest.fixture
def server(mailbox: Mailbox) -> Iterator[Controller]:
    """A real SMTP server."""
    controller = Listening(mailbox)
    controller.start()
    yield controller
    controller.stop()


@pytest.fixture
def transport(server: Controller) -> SmtpTransport:
    """The way to the server."""
    return SmtpTransport.from_url(f"smtp://127.0.0.1:{server.port}")


def enqueued(ground: Ground, *emails: str, lang: str = "es") -> list[int]:
    """Tell each of new people that a case was returned; answer their keys."""
    keys = []
    with ground.uow.begin(SYSTEM) as tx:
        for email in emails or (ANA,):
            key = add_user(tx, email, "Ana Benítez", lang)
            holder = Holder(key, email, "Ana Benítez", lang, Role.FOCAL_POINT, "PY")
            enqueue(tx, "returned", [holder], params={"ref": "RICOMI-2026-0001", "country": "PY"})
            keys.append(key)
    return keys


def rows(ground: Ground) -> list[Row[int, str, int]]:
    with ground.uow.read() as connection:
        return list(connection.execute(select(delivery).order_by(delivery.c.message_id)))


def test_a_mail_is_accepted_and_the_providers_words_are_kept(
    ground: Ground, mailbox: Mailbox, transport: SmtpTransport
) -> None:
    enqueued(ground)
    assert deliver_mails(ground, transport) == Counts(accepted=1)
    [mail], [row] = mailbox.mails, rows(ground)
    assert (row.status, row.answer) == ("accepted", "250 2.0.0 Ok: queued as 1")
    assert (row.accepted_at, row.attempts, row.leased_until) == (NOON, 1, None)
    assert mail["To"] == "Ana Benítez <ana@migraciones.gov.py>"
    assert mail["From"] == "RICOMI <ricomi@ricomi.example.org>"
    assert mail["Message-ID"] == f"<{row.message_id}@ricomi.example.org>"
    assert (mail["Auto-Submitted"], mail["Content-Language"]) == ("auto-generated", "es")
    text, page = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert page is not None
    assert "Benítez" in text.get_content()
    assert '<html lang="es">' in page.get_content()
    assert deliver_mails(ground, transport) == Counts()


def test_nothing_is_sent_when_the_act_rolls_back(
    ground: Ground, mailbox: Mailbox, transport: SmtpTransport
) -> None:
    def act() -> None:
        with ground.uow.begin(SYSTEM) as tx:
            key = add_user(tx, ANA, "Ana")
            send_invitation(tx, key, ground.secret_key)
            tx.flush()
            assert rows(ground) == []  # nobody else sees the message while the act is open
            raise NotFound("case")

    with pytest.raises(NotFound):
        act()
    assert deliver_mails(ground, transport) == Counts()
    assert (mailbox.mails, rows(ground)) == ([], [])


def test_a_permanent_refusal_is_given_up_at_once(
    ground: Ground, mailbox: Mailbox, transport: SmtpTransport
) -> None:
    enqueued(ground, "gone@gob.cl", ANA)
    mailbox.at_recipient = ["550 5.1.1 No such user"]
    assert deliver_mails(ground, transport) == Counts(accepted=1, failed=1)
    gone, ana = rows(ground)
    assert (gone.status, gone.answer) == ("failed", "550 5.1.1 No such user")
    assert ana.status == "accepted"
    with ground.uow.read() as connection:
        health = get_outbox_health(connection)
        (told,) = list_failed_mails(connection)
    assert (health.waiting, health.failed, health.oldest) == (0, 1, None)
    assert (told.message_id, told.email, told.answer) == (
        gone.message_id,
        "gone@gob.cl",
        gone.answer,
    )
    with ground.uow.begin(SYSTEM) as tx:
        send_again(tx, gone.message_id)
    assert deliver_mails(ground, transport) == Counts(accepted=1)
    with pytest.raises(NotFound), ground.uow.begin(SYSTEM) as tx:
        send_again(tx, gone.message_id)  # it was taken


def test_a_temporary_refusal_is_tried_again_later_as_the_same_mail(
    ground: Ground, mailbox: Mailbox, transport: SmtpTransport, clock: FrozenClock
) -> None:
    enqueued(ground)
    mailbox.at_content = ["451 4.3.0 Try again later"]
    assert deliver_mails(ground, transport) == Counts(postponed=1)
    [row] = rows(ground)
    assert (row.status, row.answer, row.attempts) == ("waiting", "451 4.3.0 Try again later", 1)
    assert row.next_at == NOON + timedelta(minutes=1)
    assert deliver_mails(ground, transport) == Counts()
    clock.advance(timedelta(minutes=1))
    assert deliver_mails(ground, transport) == Counts(accepted=1)
    assert mailbox.mails[0]["Message-ID"] == f"<{row.message_id}@ricomi.example.org>"


def test_after_the_last_pause_a_mail_is_given_up(
    ground: Ground, mailbox: Mailbox, transport: SmtpTransport, clock: FrozenClock
) -> None:
    enqueued(ground)
    mailbox.at_content = ["451 Busy"] * 6
    for pause in PAUSES:
        assert deliver_mails(ground, transport) == Counts(postponed=1)
        clock.advance(pause)
    assert deliver_mails(ground, transport) == Counts(failed=1)
    assert rows(ground)[0].attempts == 6


def test_a_server_that_cannot_be_reached_costs_no_attempt(
    ground: Ground, transport: SmtpTransport, clock: FrozenClock
) -> None:
    enqueued(ground, ANA, "luis@gob.cl")
    with unanswered() as port:
        nowhere = SmtpTransport.from_url(f"smtp://127.0.0.1:{port}")
        assert deliver_mails(ground, nowhere) == Counts(postponed=2)
    for row in rows(ground):
        assert (row.status, row.attempts) == ("waiting", 0)
        assert "refused" in row.answer
    with ground.uow.read() as connection:
        assert get_outbox_health(connection).oldest == NOON
    clock.advance(timedelta(minutes=5))
    assert deliver_mails(ground, transport) == Counts(accepted=2)


def test_a_server_that_closes_keeps_the_rest_for_later(
    ground: Ground, mailbox: Mailbox, transport: SmtpTransport
) -> None:
    enqueued(ground, ANA, "luis@gob.cl")
    mailbox.at_recipient = ["421 4.3.2 Closing"]
    assert deliver_mails(ground, transport) == Counts(postponed=2)
    assert {row.attempts for row in rows(ground)} == {0}


def test_two_workers_at_once_deliver_each_mail_once(
    ground: Ground, mailbox: Mailbox, transport: SmtpTransport
) -> None:
    enqueued(ground, *(f"p{n}@oas.org" for n in range(12)))
    start = Barrier(2)
    counts: list[Counts] = []

    def work() -> None:
        start.wait()
        counts.extend(deliver_mails(ground, transport, batch=5) for _ in range(3))

    workers = [Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(count.accepted for count in counts) == 12
    assert len({mail["Message-ID"] for mail in mailbox.mails}) == len(mailbox.mails) == 12


def test_a_worker_that_died_leaves_its_mail_to_the_next(
    ground: Ground, transport: SmtpTransport, clock: FrozenClock
) -> None:
    enqueued(ground)
    with ground.uow.begin(SYSTEM) as tx:
        tx.execute(delivery.update().values(leased_until=NOON + LEASE))
    assert deliver_mails(ground, transport) == Counts()
    clock.advance(LEASE)
    assert deliver_mails(ground, transport) == Counts(accepted=1)


def test_a_closed_account_is_not_written_to(ground: Ground, transport: SmtpTransport) -> None:
    [key] = enqueued(ground)
    with ground.uow.begin(SYSTEM) as tx:
        deactivate(tx, key)
    assert deliver_mails(ground, transport) == Counts(failed=1)


def test_a_message_that_cannot_be_written_does_not_stop_the_others(
    ground: Ground, transport: SmtpTransport
) -> None:
    [key] = enqueued(ground)
    with ground.uow.begin(SYSTEM) as tx:
        holder = Holder(key, ANA, "Ana", "es", Role.AUDITOR, None)
        enqueue(tx, "no_such_message", [holder], params={})
    assert deliver_mails(ground, transport) == Counts(accepted=1, postponed=1)


def test_without_a_server_mails_are_files(ground: Ground, tmp_path: Path) -> None:
    enqueued(ground)
    assert deliver_mails(ground, transport_from("", tmp_path)) == Counts(accepted=1)
    [file] = (tmp_path / "mail").iterdir()
    assert file.name == f"{rows(ground)[0].message_id}.eml"
    mail = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert mail["To"] == "Ana Benítez <ana@migraciones.gov.py>"


def test_a_folder_that_cannot_be_written_keeps_the_mail(ground: Ground, tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file where the folder should be")
    enqueued(ground)
    assert deliver_mails(ground, FolderTransport(tmp_path / "mail")) == Counts(postponed=1)


def test_the_inbox_shows_the_same_messages_newest_first_and_marks_them_read(ground: Ground) -> None:
    [key] = enqueued(ground)
    me = Actor(key, "Ana")
    with ground.uow.begin(SYSTEM) as tx:
        send_invitation(tx, key, ground.secret_key)
    with ground.uow.read() as connection:
        first = list_inbox(connection, key, limit=1)
        rest = list_inbox(connection, key, after=first[0].id)
        assert count_unread(connection, key) == 2
    assert [message.name for message in first + rest] == ["invitation", "returned"]
    with ground.uow.begin(Actor(1, "Somebody else")) as tx:
        assert mark_read(tx, first[0].id) == 0
    with ground.uow.begin(me) as tx:
        assert mark_read(tx, first[0].id) == 1
    with ground.uow.begin(me) as tx:
        assert mark_read(tx) == 1
    with ground.uow.read() as connection:
        assert count_unread(connection, key) == 0


def test_no_word_of_ours_or_theirs_begins_a_header() -> None:
    evil = "Ana\r\nBcc: x@evil.example.org\x00"
    mail = build_mail(
        MailContent(1, evil, ANA, evil, "text", "<p>page</p>", "es", NOON), "r@oas.org", "oas.org"
    )
    read = message_from_bytes(mail.as_bytes(), policy=policy.default)
    assert read["Bcc"] is None
    assert read["Subject"] == "Ana Bcc: x@evil.example.org"
    assert [address.addr_spec for address in read["To"].addresses] == [ANA]


@pytest.mark.parametrize(
    "url",
    ["http://host", "smtp://", "host:25", "smtp://user:secret@mail.example.org"],
)
def test_an_address_that_names_no_safe_server_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"smtp://user|only over TLS"):
        SmtpTransport.from_url(url)


def test_the_parts_of_an_address_are_understood() -> None:
    found = SmtpTransport.from_url("smtp://a%40b:p%2Fw@mail.oas.org:587?starttls=1&from=r@oas.org")
    assert (found.host, found.port, found.user, found.password) == (
        "mail.oas.org", 587, "a@b", "p/w",
    )  # fmt: skip
    assert (found.starttls, found.tls, found.sender) == (True, False, "r@oas.org")
    assert SmtpTransport.from_url("smtps://mail.oas.org").port == smtplib.SMTP_SSL_PORT


@pytest.mark.parametrize(
    ("base_url", "domain"),
    [
        ("https://ricomi.oas.org", "ricomi.oas.org"),
        ("http://127.0.0.1:8000", "ricomi.localhost"),
        ("http://localhost:8000", "ricomi.localhost"),
    ],
)
def test_a_mail_comes_from_a_domain_that_may_stand_in_an_address(
    base_url: str, domain: str
) -> None:
    assert mail_domain(base_url) == domain
