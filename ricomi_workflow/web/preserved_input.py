"""What was typed when a session had ended: kept through the sign-in, and sent again from there.

A form that arrives without a living session is not done. Its fields travel inside the sign-in page
and come back in a form of their own with a fresh proof of origin, which the person sends. Only
what a page of this site sent is kept (`Origin`), so that no other site can hand a form to somebody
who signs in; passwords never are.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import Response, make_response, render_template, request

from ricomi_workflow.web.account.account_view import demo_groups
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.session import is_local
from ricomi_workflow.web.uploads import LOST, PREFIX

_OWN = ("csrf_token", "password")
_MOST_FIELDS = 10_000


@dataclass(frozen=True, slots=True)
class PreservedInput:
    """The fields of a form and the address to which they were sent."""

    address: str
    fields: tuple[tuple[str, str], ...]

    @property
    def packed(self) -> str:
        """The fields as one text of the sign-in page."""
        return urlencode(self.fields)


def sent_from_here() -> PreservedInput | None:
    """What a page of this site just sent; None for anything else."""
    origin = urlsplit(request.headers.get("Origin", ""))
    ours = {request.host, urlsplit(services().base_url).netloc}
    if request.method != "POST" or not origin.netloc or origin.netloc not in ours:
        return None
    fields = [(k, v) for k, v in request.form.items(multi=True) if not any(w in k for w in _OWN)]
    return PreservedInput(request.path, (*fields, *_left_behind()))


def _left_behind() -> list[tuple[str, str]]:
    """The names of files that were chosen: their contents cannot travel through a sign-in."""
    sent = [(k, f.filename or "") for k, f in request.files.items(multi=True) if f.filename]
    return [(f"{LOST}{k.removeprefix(PREFIX)}", name) for k, name in sent]


def get_preserved_input() -> PreservedInput | None:
    """What the sign-in page carries."""
    address = request.form.get("kept_for", "")
    if not address or not is_local(address):
        return None
    text = request.form.get("kept", "")
    fields = parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    return PreservedInput(address, tuple(fields))


def ask_again(kept: PreservedInput) -> Response:
    """Ask to sign in, or to send again if the person has signed in meanwhile; nothing was done."""
    if actor().user_id is not None:
        return make_response(send_again(kept), 409)
    with services().uow.read() as connection:
        groups = demo_groups(connection)
    page = render_template(
        "account/sign_in.html", email="", next="", refusal=None, groups=groups, kept=kept
    )
    return make_response(page, 401)


def send_again(kept: PreservedInput, *, failed: bool = False) -> str:
    """The page from which what was typed is sent; `failed`: we could not do it a moment ago."""
    return render_template("account/send_again.html", kept=kept, failed=failed)
