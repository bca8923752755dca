"""The account: signing in and out, one-time links, a forgotten password, one's own profile."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask import Response as FlaskResponse
from werkzeug.wrappers import Response

from ricomi_workflow.identity import sign_in as identity_sign_in
from ricomi_workflow.identity import tokens
from ricomi_workflow.identity.commands import ReadingSettings, change_profile
from ricomi_workflow.kernel.actors import ANONYMOUS
from ricomi_workflow.kernel.errors import Invalid, Refusal, Refused
from ricomi_workflow.messaging.delegation_notices import send_password_reset
from ricomi_workflow.web import preserved_input, session
from ricomi_workflow.web.access import for_everybody, for_signed_in
from ricomi_workflow.web.account.account_view import (
    TokenForm,
    demo_groups,
    made_once,
    profile,
    sent_form,
)
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.i18n import PREFIX
from ricomi_workflow.web.messages import reason
from ricomi_workflow.web.plain_forms import PlainForm, done, refused, typed

blueprint = Blueprint("account", __name__, url_prefix=PREFIX)
Page = str | Response | tuple[str, int]
_REFUSED = {"sign_in_throttled": 429}
_DONE = ("profile", "password", "revoked")


@blueprint.route("/sign-in", methods=["GET", "POST"])
@for_everybody
def sign_in() -> Page:
    """Ask for e-mail and password, and let the person in."""
    if request.method != "POST" and actor().user_id is not None:
        return redirect(session.destination(request.args.get("next")))
    if request.method != "POST":
        return _sign_in_page(request.args.get("email", ""), request.args.get("next", ""))
    email, wanted = request.form.get("email", ""), request.form.get("next", "")
    given = request.form.get("password", "")
    try:
        key = identity_sign_in.sign_in(services().uow, email, given, request.remote_addr or "")
    except Refused as error:
        why = error.refusals[0]
        return _sign_in_page(email, wanted, why), _REFUSED.get(why.code, 422)
    session.start(key)
    typed_before = preserved_input.get_preserved_input()
    if typed_before:
        return preserved_input.send_again(typed_before)
    return redirect(session.destination(wanted), 303)


@blueprint.post("/sign-out")
@for_everybody
def sign_out() -> Response:
    """End the session of this browser."""
    session.end()
    return redirect(url_for("public.home"), 303)


@blueprint.route("/forgotten", methods=["GET", "POST"])
@for_everybody
def forgotten() -> Page:
    """Mail a link for a new password; the answer is the same whoever asks."""
    if request.method == "POST":
        with services().uow.begin(ANONYMOUS) as tx:
            send_password_reset(tx, request.form.get("email", ""), services().secret_key)
    return render_template("account/forgotten.html", asked=request.method == "POST")


@blueprint.route("/link/<token>", methods=["GET", "POST"])
@for_everybody
def link(token: str) -> Page:
    """Let whom a one-time link was mailed to choose a password; looking does not use it up."""
    with services().uow.look(ANONYMOUS) as tx:
        owner = identity_sign_in.find_link_owner(tx, token)
    if owner is None:
        raise Refused([Refusal("link_not_valid")])
    form, status = PlainForm(), 200
    if request.method == "POST":
        try:
            return _let_in(token)
        except Invalid as error:
            form, status = refused({}, error), 422
    return render_template("account/link.html", owner=owner, form=form), status


@blueprint.get("/profile", endpoint="profile")
@for_signed_in
def own_profile() -> Page:
    """Show one's own account."""
    return _profile(done=done(*_DONE))


@blueprint.post("/profile")
@for_signed_in
def change_own() -> Page:
    """Change one's name, language and zone."""
    sent = typed("name", "lang", "zone")
    try:
        with services().uow.begin(actor()) as tx:
            change_profile(tx, sent["name"], ReadingSettings(sent["lang"], sent["zone"]))
    except Invalid as error:
        return _profile(own=refused(sent, error)), 422
    return redirect(url_for("account.profile", lang=sent["lang"], done="profile"), 303)


@blueprint.post("/profile/password")
@for_signed_in
def change_own_password() -> Page:
    """Set a new password, knowing the old one; other sessions end, this one goes on."""
    old, new = request.form.get("old_password", ""), request.form.get("password", "")
    try:
        with services().uow.begin(actor()) as tx:
            identity_sign_in.change_password(tx, old, new, end_tokens="end_tokens" in request.form)
    except Invalid as error:
        return _profile(password=refused({}, error)), 422
    session.start(actor().user_id or 0)
    return redirect(url_for("account.profile", done="password"), 303)


@blueprint.post("/profile/tokens")
@for_signed_in
def make_own_token() -> Page:
    """Make a token of the API and show it, this once."""
    sent = sent_form()
    try:
        with services().uow.begin(actor()) as tx:
            made = made_once(tx, sent)
    except Invalid as error:
        return _profile(token=_wrong(sent, error)), 422
    return _profile(made=made)


@blueprint.post("/profile/tokens/revoke")
@for_signed_in
def revoke_own_token() -> Response:
    """End one of one's own tokens at once."""
    with services().uow.begin(actor()) as tx:
        tokens.revoke_token(tx, request.form.get("digest", ""))
    return redirect(url_for("account.profile", done="revoked"), 303)


@blueprint.after_request
def _keep_nothing(answer: FlaskResponse) -> FlaskResponse:
    """Leave no page with a proof of origin, an address or a token in any cache."""
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _let_in(token: str) -> Response:
    with services().uow.begin(ANONYMOUS) as tx:
        key = identity_sign_in.use_link(tx, token, request.form.get("password", ""))
    session.start(key)
    return redirect(session.destination(None), 303)


def _sign_in_page(email: str, wanted: str, refusal: Refusal | None = None) -> str:
    with services().uow.read() as connection:
        groups = demo_groups(connection)
    why = reason(refusal) if refusal else None
    return render_template(
        "account/sign_in.html",
        email=email,
        next=wanted,
        refusal=why,
        groups=groups,
        kept=preserved_input.get_preserved_input(),
    )


def _profile(
    *,
    own: PlainForm | None = None,
    password: PlainForm | None = None,
    token: TokenForm | None = None,
    made: tokens.NewToken | None = None,
    done: str = "",
) -> str:
    page = profile(actor(), own=own, password=password, token=token, made=made, done=done)
    return render_template("account/profile.html", page=page)


def _wrong(sent: TokenForm, error: Invalid) -> TokenForm:
    """The form with the mistakes of a token under the names of its controls."""
    errors = refused(sent.values, error).errors
    named = {"token_name" if name == "name" else name: words for name, words in errors.items()}
    return TokenForm(sent.values, named, sent.scopes)
