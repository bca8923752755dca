"""How a message leaves: by SMTP, or as a file in a folder when no mail server is set.

A transport gives a `MailSession` for one round of deliveries. Its `send` returns what the provider
said when it accepted the mail, or raises what went wrong and whether trying again may help.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

TIMEOUT_SECONDS = 30
_PORTS = {"smtp": 25, "smtps": 465}
_YES = frozenset({"1", "true", "yes"})
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
_TEMPORARY = range(400, 500)
_ANSWER_LENGTH = 500
_ACCEPTED = frozenset({250, 251})
_CLOSING = 421  # the provider ends the connection, whatever the mail


class NotAccepted(Exception):
    """The provider did not take this mail; `permanent` when it never will."""

    def __init__(self, answer: str, *, permanent: bool) -> None:
        super().__init__(answer)
        self.answer = answer
        self.permanent = permanent


class Unreachable(Exception):
    """The provider cannot be reached or does not let us in; no mail is to blame."""


class MailSession(Protocol):
    """An open way to the provider."""

    def send(self, mail: EmailMessage) -> str:
        """Hand over one mail; answer what the provider said. Raises NotAccepted, Unreachable."""
        ...


class Transport(Protocol):
    """A way by which mail leaves."""

    @property
    def sender(self) -> str:
        """The address from which mail is sent; empty for the one of the site."""
        ...

    def open(self) -> AbstractContextManager[MailSession]:
        """Open the way for one round. Raises Unreachable."""
        ...


@dataclass(frozen=True, slots=True)
class MailContent:
    """What a mail is made of; one message makes the same mail at every attempt."""

    message_id: int
    to_name: str
    to_email: str
    subject: str
    text: str
    html: str
    lang: str
    written_at: datetime


def build_mail(letter: MailContent, sender: str, domain: str) -> EmailMessage:
    """The mail of a letter: text and HTML, UTF-8, with a Message-ID that stays at a retry."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address("RICOMI", addr_spec=sender)
    mail["To"] = Address(_one_line(letter.to_name), addr_spec=letter.to_email)
    mail["Subject"] = _one_line(letter.subject)
    mail["Date"] = format_datetime(letter.written_at)
    mail["Message-ID"] = f"<{letter.message_id}@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(letter.text)
    mail.add_alternative(letter.html, subtype="html")
    for part in mail.walk():  # the whole, and each part for those who read only one
        part["Content-Language"] = letter.lang
    return mail


def _one_line(text: str) -> str:
    """Words without line ends and control characters: nothing in them begins a new header."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


@dataclass(frozen=True, slots=True)
class SmtpTransport:
    """An SMTP server: `smtp://user:pass@host:587?starttls=1&from=ricomi@host`, `smtps://host`."""

    host: str
    port: int
    user: str
    password: str
    tls: bool
    starttls: bool
    sender: str = ""

    @classmethod
    def from_url(cls, url: str) -> SmtpTransport:
        """The transport that `url` names.

        Raises: ValueError when it names none, or would send a password in the clear.
        """
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise ValueError("it has the form smtp://user:password@host:port?starttls=1")
        options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        starttls = options.get("starttls", "0") in _YES
        if parts.username and not (starttls or parts.scheme == "smtps" or parts.hostname in _LOCAL):
            raise ValueError("a password is sent only over TLS: use smtps:// or starttls=1")
        return cls(
            parts.hostname,
            parts.port or _PORTS[parts.scheme],
            unquote(parts.username or ""),
            unquote(parts.password or ""),
            tls=parts.scheme == "smtps",
            starttls=starttls,
            sender=options.get("from", ""),
        )

    @contextmanager
    def open(self) -> Iterator[MailSession]:
        """Connect, say hello and sign in; the connection is closed at the end of the round."""
        try:
            connection = self._connect()
        except (OSError, smtplib.SMTPException) as error:
            raise Unreachable(_reason(error)) from error
        try:
            yield _SmtpPost(connection)
        finally:
            _leave(connection)

    def _connect(self) -> smtplib.SMTP:
        trust = ssl.create_default_context()
        if self.tls:
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=TIMEOUT_SECONDS, context=trust
            )
        else:
            connection = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_SECONDS)
        try:
            if self.starttls:
                connection.starttls(context=trust)
            connection.ehlo_or_helo_if_needed()
            if self.user:
                connection.login(self.user, self.password)
        except BaseException:
            connection.close()
            raise
        return connection


@dataclass(frozen=True, slots=True)
class _SmtpPost:
    connection: smtplib.SMTP

    def send(self, mail: EmailMessage) -> str:
        """Hand over one mail, keeping the provider's own words."""
        sender = mail["From"].addresses[0].addr_spec
        recipient = mail["To"].addresses[0].addr_spec
        try:
            self.connection.rset()
            _accepted(self.connection.mail(sender), of_sender=True)
            _accepted(self.connection.rcpt(recipient))
            return _accepted(self.connection.data(mail.as_bytes()))
        except smtplib.SMTPDataError as error:
            raise _refusal(error.smtp_code, error.smtp_error) from error
        except (OSError, smtplib.SMTPException) as error:
            raise Unreachable(_reason(error)) from error


def _accepted(answer: tuple[int, bytes], *, of_sender: bool = False) -> str:
    """The provider's words when it accepted; a refused sender is our set-up, not the mail."""
    code, words = answer
    if code in _ACCEPTED:
        return _answer_text(code, words)
    if of_sender:
        raise Unreachable(_answer_text(code, words))
    raise _refusal(code, words)


def _refusal(code: int, words: bytes | str) -> Exception:
    said = _answer_text(code, words)
    if code == _CLOSING:
        return Unreachable(said)
    return NotAccepted(said, permanent=code not in _TEMPORARY)


def _answer_text(code: int, words: bytes | str) -> str:
    text = words if isinstance(words, str) else words.decode("utf-8", "replace")
    return f"{code} {text}"[:_ANSWER_LENGTH]


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:_ANSWER_LENGTH]


def _leave(connection: smtplib.SMTP) -> None:
    try:
        connection.quit()
    except (OSError, smtplib.SMTPException):
        connection.close()


@dataclass(frozen=True, slots=True)
class FolderTransport:
    """A folder in which each mail is a file: evaluation, demonstration, tests."""

    folder: Path
    sender: str = ""

    @contextmanager
    def open(self) -> Iterator[MailSession]:
        """Make the folder if there is none."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Unreachable(_reason(error)) from error
        yield _FolderPost(self.folder)


@dataclass(frozen=True, slots=True)
class _FolderPost:
    folder: Path

    def send(self, mail: EmailMessage) -> str:
        """Write one mail as a whole or not at all."""
        name = f"{str(mail['Message-ID']).strip('<>').partition('@')[0]}.eml"
        try:
            draft = self.folder / f".{name}"
            draft.write_bytes(mail.as_bytes())
            draft.replace(self.folder / name)
        except OSError as error:
            raise Unreachable(_reason(error)) from error
        return f"written to {name}"


def transport_from(smtp_url: str, files: Path) -> Transport:
    """The transport of an installation: its SMTP server, else the folder `mail` among its files.

    Raises: ValueError for an address that names no server.
    """
    return SmtpTransport.from_url(smtp_url) if smtp_url else FolderTransport(files / "mail")
