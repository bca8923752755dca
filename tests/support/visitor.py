"""A person with a browser that knows no script: reads pages, follows links, fills in forms.

It refuses what a browser would: a link or button that is not there, a field that the form does
not have, an option that is not offered.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from io import BytesIO
from secrets import token_urlsafe
from typing import Any
from urllib.parse import urldefrag, urljoin

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from ricomi_workflow.identity.queries import Person
from tests.web.markup import Markup, Node

Texts = Mapping[str, str | Sequence[str]]
Files = Mapping[str, Sequence[tuple[str, bytes]]]  # by control: names and contents
COOKIE = "ricomi"
_INLINE = re.compile(r"</?(?:a|b|span|time|em|strong|small)\b[^>]*>")
_TAGS = re.compile(r"<[^>]*>")
_SPACES = re.compile(r"\s+")


def signed_in(person: Person, secret_key: str) -> str:
    """The cookie of somebody who has signed in: a session of its own."""
    signer = Flask("signer")
    signer.secret_key = secret_key
    serializer = SecureCookieSessionInterface().get_signing_serializer(signer)
    assert serializer is not None
    return str(serializer.dumps({"_user_id": f"{person.id}:{person.epoch}:{token_urlsafe(12)}"}))


def plain(text: str) -> str:
    """The text with single blanks."""
    return _SPACES.sub(" ", text).strip()


@dataclass
class Visitor:
    """One person's browser: the page that is open, its address and status."""

    app: Flask
    path: str = ""
    status: int = 0
    source: str = ""
    page: Markup = field(default_factory=lambda: Markup(""))
    client: FlaskClient = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.app.test_client()

    @property
    def heading(self) -> str:
        """The heading of the open page."""
        return plain(self.page.find("h1")[0].whole_text())

    @property
    def text(self) -> str:
        """Everything that the main part of the open page says, in reading order."""
        main = self.source.partition("<main")[2].partition(">")[2].partition("</main>")[0]
        return plain(unescape(_TAGS.sub(" ", _INLINE.sub("", main))))

    def sign_in(self, email: str, password: str, lang: str = "es") -> Visitor:
        """Enter with an account."""
        self.open(f"/{lang}/sign-in")
        form = next(f for f in self.page.find("form") if _named(f, "password"))
        self._send(form, {"email": email, "password": password}, None)
        return self

    def enter(self, person: Person) -> Visitor:
        """Come with the cookie of somebody who has signed in; no page is opened."""
        self.client.set_cookie(COOKIE, signed_in(person, self.app.config["SECRET_KEY"]))
        return self

    def open(self, path: str) -> Visitor:
        """Go to an address of the site; redirects are followed as a browser does."""
        return self._arrive(self.client.get(urldefrag(path).url), path)

    def links(self) -> dict[str, str]:
        """The addresses of the links by their texts."""
        return {plain(a.whole_text()): a.attributes["href"] for a in self.page.find("a")}

    def follow(self, text: str) -> Visitor:
        """Go where the link called `text` leads."""
        found = self.links()
        assert plain(text) in found, f"no link {text!r} on {self.path}: {sorted(found)}"
        return self.open(urljoin(self.path, found[plain(text)]))

    def buttons(self) -> list[str]:
        """The texts of the buttons in the main part."""
        return [plain(b.whole_text()) for b in self._buttons()]

    def press(
        self, text: str, texts: Texts | None = None, *, files: Files | None = None
    ) -> Visitor:
        """Press the button called `text` after filling in its form with `texts` and `files`."""
        found = [b for b in self._buttons() if plain(b.whole_text()) == plain(text)]
        assert found, f"no button {text!r} on {self.path}: {self.buttons()}"
        form = next(node for node in found[-1].above() if node.tag == "form")
        return self._send(form, texts or {}, found[-1], files or {})

    def field_names(self) -> set[str]:
        """The names of the controls on the page."""
        return {n.attributes["name"] for n in self.page.all if n.attributes.get("name")}

    def errors(self) -> list[str]:
        """The sentences that stand beside wrong fields."""
        return [plain(n.whole_text()) for n in self.page.find("p", **{"class": "error"})]

    def codes(self) -> set[str]:
        """The stable codes of refusals in the source of the page."""
        return {n.attributes["data-code"] for n in self.page.all if "data-code" in n.attributes}

    def _buttons(self) -> list[Node]:
        main = self.page.find("main")[0]
        return [b for b in self.page.find("button") if any(node is main for node in b.above())]

    def _send(
        self, form: Node, texts: Texts, button: Node | None, files: Files | None = None
    ) -> Visitor:
        values = _values_of(form)
        for name, wanted in texts.items():
            given = [wanted] if isinstance(wanted, str) else list(wanted)
            _require(form, name, given)
            values[name] = given
        if button is not None and button.attributes.get("name"):
            values[button.attributes["name"]] = [button.attributes.get("value", "")]
        action = urljoin(self.path, form.attributes.get("action") or self.path)
        if form.attributes.get("method") == "post":
            origin = {"Origin": "http://localhost"}
            sent: dict[str, Any] = {"data": values}
            if files:
                boundary, body = encode_multipart({**values, **_chosen(form, files)})
                kind = f"multipart/form-data; boundary={boundary}"
                sent = {"data": body, "content_type": kind}
            answer = self.client.post(urldefrag(action).url, headers=origin, **sent)
            return self._arrive(answer, action)
        return self._arrive(self.client.get(action, query_string=values), action)

    def _arrive(self, answer: TestResponse, path: str) -> Visitor:
        while answer.status_code in {301, 302, 303, 307, 308}:
            path = urljoin(path, answer.headers["Location"])
            answer = self.client.get(urldefrag(path).url)
        self.path, self.status, self.source = path, answer.status_code, answer.text
        self.page = Markup(answer.text)
        return self


def _controls(form: Node) -> Iterable[Node]:
    for child in form.children:
        if child.tag in {"input", "textarea", "select", "button"}:
            yield child
        yield from _controls(child)


def _named(form: Node, name: str) -> list[Node]:
    return [c for c in _controls(form) if c.attributes.get("name") == name]


def _options(control: Node) -> list[Node]:
    return [n for n in control.children if n.tag == "option"]


def _values_of(form: Node) -> dict[str, list[str]]:
    """What a browser would send if nothing were changed."""
    values: dict[str, list[str]] = {}
    for control in _controls(form):
        name, kind = control.attributes.get("name"), control.attributes.get("type", "")
        if not name or control.tag == "button" or kind == "file":
            continue
        if control.tag == "select":
            chosen = [o for o in _options(control) if "selected" in o.attributes]
            texts = [(chosen or _options(control))[0].attributes.get("value", "")]
        elif kind in {"radio", "checkbox"}:
            checked = "checked" in control.attributes
            texts = [control.attributes.get("value", "on")] if checked else []
        elif control.tag == "textarea":
            texts = [control.text.removeprefix("\n")]
        else:
            texts = [control.attributes.get("value", "")]
        if texts:
            values.setdefault(name, []).extend(texts)
    return values


def _chosen(form: Node, files: Files) -> dict[str, list[FileStorage]]:
    """Files as they are sent; only a control for files, in a form that sends them, takes any."""
    for name in files:
        kinds = [control.attributes.get("type") for control in _named(form, name)]
        assert kinds == ["file"], f"{name} takes no files"
        assert form.attributes.get("enctype") == "multipart/form-data"
    return {
        name: [FileStorage(BytesIO(content), filename=own) for own, content in chosen]
        for name, chosen in files.items()
    }


def _require(form: Node, name: str, given: Sequence[str]) -> None:
    """Refuse a field that the form does not have, or a value that it does not offer."""
    controls = _named(form, name)
    assert controls, f"the form has no field {name}"
    if controls[0].tag == "select":
        offered = {o.attributes.get("value", "") for o in _options(controls[0])}
        assert set(given) <= offered, f"{name} does not offer {given}"
    elif controls[0].attributes.get("type") in {"radio", "checkbox"}:
        offered = {c.attributes.get("value", "on") for c in controls}
        assert set(given) <= offered, f"{name} does not offer {given}"
