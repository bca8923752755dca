"""Working on a meeting: its order of business, the roll, the items in session, documents, tasks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ricomi_workflow.ballots.voting_methods import VotingMethod
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.kernel.actors import Grant, Role
from ricomi_workflow.kernel.errors import FieldError, Invalid, NotFound
from ricomi_workflow.kernel.text import LANGUAGE_NAMES, LANGUAGES
from ricomi_workflow.meetings import agenda, documents, session, tasks
from ricomi_workflow.meetings import minutes as minute_verbs
from ricomi_workflow.meetings.agenda import NewItem
from ricomi_workflow.meetings.documents import DocumentDraft
from ricomi_workflow.meetings.queries import view_meeting
from ricomi_workflow.meetings.session import RollEntry
from ricomi_workflow.web.access import for_offices
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.i18n import PREFIX
from ricomi_workflow.web.meetings.admin_view import admin_page, document_choices, roll_page
from ricomi_workflow.web.meetings.routes import shown_minutes
from ricomi_workflow.web.plain_forms import PlainForm, done, refused
from ricomi_workflow.web.uploads import sent_files

blueprint = Blueprint("meeting_admin", __name__, url_prefix=PREFIX)
Page = str | Response | tuple[str, int]
Verb = Callable[[Tx], object]
for_bureau = for_offices(*session.CALLING, stand_ins=True)
for_committee = for_offices(
    *session.CALLING, Role.CEAM_DELEGATE, Role.CEAM_ALTERNATE, stand_ins=True
)
_DONE = (
    "added", "moved", "removed", "changed", "issued", "called", "taken_up", "concluded",
    "postponed", "voting", "invited", "proposed", "given", "finished", "document",
)  # fmt: skip
_TITLE = tuple(f"title_{lang}" for lang in LANGUAGES)


@blueprint.get("/meetings/<ref>/desk")
@for_bureau
def desk(ref: str) -> Page:
    """Show what the reader can do with a meeting now."""
    return _desk(ref, PlainForm(), done(*_DONE))


@blueprint.post("/meetings/<ref>/items")
@for_bureau
def add_item(ref: str) -> Page:
    """Put an item on the draft order of business."""
    public, about, title = _sent("closed") != "yes", _sent("about"), _title()
    return _done(
        ref,
        lambda tx: agenda.add_item(tx, services(), ref, title, public=public, about=about),
        "added",
    )


@blueprint.post("/meetings/<ref>/items/<int:number>/order/<act>")
@for_bureau
def change_item(ref: str, number: int, act: str) -> Page:
    """Move an item, take it off, or say whether it is public."""
    verbs: dict[str, Verb] = {
        "up": lambda tx: agenda.move_item(tx, services(), ref, number, -1),
        "down": lambda tx: agenda.move_item(tx, services(), ref, number, 1),
        "remove": lambda tx: agenda.remove_item(tx, services(), ref, number),
        "open": lambda tx: agenda.set_item_public(tx, services(), ref, number, public=True),
        "close": lambda tx: agenda.set_item_public(tx, services(), ref, number, public=False),
    }
    said = {"up": "moved", "down": "moved", "remove": "removed"}.get(act, "changed")
    return _done(ref, _known(verbs, act), said)


@blueprint.post("/meetings/<ref>/issue")
@for_bureau
def issue(ref: str) -> Page:
    """Issue the changed order of business anew."""
    return _done(ref, lambda tx: agenda.issue_agenda(tx, services(), ref), "issued")


@blueprint.get("/meetings/<ref>/roll")
@for_bureau
def roll(ref: str) -> Page:
    """Show the roll as it was called last."""
    return _roll(ref, PlainForm())


@blueprint.post("/meetings/<ref>/roll")
@for_bureau
def call_roll(ref: str) -> Page:
    """Keep what the roll call found."""
    sent = {name: value for name, value in request.form.items() if name != "csrf_token"}
    answers = [
        RollEntry(name.removeprefix("standing_"), value, sent.get(f"person_{name[-2:]}", ""))
        for name, value in sent.items()
        if name.startswith("standing_")
    ]
    answers += [RollEntry(country, "observer") for country in request.form.getlist("observers")]
    try:
        with services().uow.begin(actor()) as tx:
            session.call_roll(tx, services(), ref, answers)
    except Invalid as error:
        return _roll(ref, refused(sent, error)), 422
    return _to_desk(ref, "called")


@blueprint.post("/meetings/<ref>/items/<int:number>/session/<act>")
@for_bureau
def treat_item(ref: str, number: int, act: str) -> Page:
    """Take up an item, conclude it or put it off."""
    name = f"words_{number}"
    words = _sent(name)
    verbs: dict[str, Verb] = {
        "take_up": lambda tx: session.take_up_item(tx, services(), ref, number),
        "conclude": lambda tx: session.conclude_item(tx, services(), ref, number, words),
        "postpone": lambda tx: session.postpone_item(tx, services(), ref, number, words),
    }
    verb = _known(verbs, act)
    said = {"take_up": "taken_up", "conclude": "concluded", "postpone": "postponed"}[act]
    return _done(ref, verb, said, at={"words": name})


@blueprint.post("/meetings/<ref>/items/<int:number>/vote")
@for_bureau
def vote_on_item(ref: str, number: int) -> Page:
    """Open the ballot on an item, and go to it."""
    way, order = _sent("way"), _sent("order")
    try:
        with services().uow.begin(actor()) as tx:
            at = session.open_item_ballot(tx, services(), ref, number, way=way, order=order)
    except Invalid as error:
        return _desk(ref, refused(dict(request.form), error)), 422
    return redirect(_floor(at, way), 303)


@blueprint.post("/meetings/<ref>/items/<int:number>/invite")
@for_bureau
def invite(ref: str, number: int) -> Page:
    """Invite an observer to a closed item."""
    name = f"country_{number}"
    return _done(
        ref,
        lambda tx: session.invite_observer(tx, services(), ref, number, _sent(name)),
        "invited",
        at={"country": name},
    )


@blueprint.post("/meetings/<ref>/additions")
@for_bureau
def propose(ref: str) -> Page:
    """Open the ballot on an addition to the adopted order of business."""
    wish = NewItem(_title(), _sent("about"), public=_sent("closed") != "yes")
    way, order = _sent("way"), _sent("order")
    try:
        with services().uow.begin(actor()) as tx:
            session.propose_addition(tx, services(), ref, wish, way=way, order=order)
    except Invalid as error:
        return _desk(ref, refused(dict(request.form), _at_title(error))), 422
    return redirect(_floor(ref, way), 303)


@blueprint.post("/meetings/<ref>/tasks")
@for_bureau
def give_task(ref: str) -> Page:
    """Give a task to an office, until a day."""

    def verb(tx: Tx) -> object:
        office = Grant(_role(_sent("role")), _sent("country") or None)
        due = _day(_sent("due_on"))
        return tasks.assign_task(tx, services(), ref, _sent("text"), office, due_on=due)

    return _done(ref, verb, "given")


@blueprint.get("/meetings/<ref>/documents/new")
@for_offices(Role.SECRETARIAT, stand_ins=True)
def new_document(ref: str) -> Page:
    """Show the form by which a document gets its number."""
    return _document(ref, PlainForm({"access": "public", "original": "es"}))


@blueprint.post("/meetings/<ref>/documents")
@for_offices(Role.SECRETARIAT, stand_ins=True)
def issue_document(ref: str) -> Page:
    """Give a document its number and keep its file."""
    names = ("kind", "original", "access", "relation")
    said = {name: _sent(name) for name in names}
    item, of = (request.form.get(name, 0, type=int) for name in ("item", "of"))
    try:
        with services().uow.begin(actor()) as tx:
            upload = next(sent_files("file"), None)
            draft = DocumentDraft(title=_title(), item=item, of=of, upload=upload, **said)
            documents.issue_document(tx, services(), ref, draft)
    except Invalid as error:
        return _document(ref, refused(dict(request.form), _at_title(error))), 422
    return _to_desk(ref, "document")


@blueprint.post("/meetings/<ref>/minutes")
@for_committee
def write_minutes(ref: str) -> Page:
    """Keep a new version of the minutes."""
    text, lang, seen = _sent("text"), _sent("lang"), request.form.get("_seen", type=int)
    return _of_minutes(
        ref,
        lambda tx: minute_verbs.write_minutes(tx, services(), ref, text, lang, seen=seen),
        "written",
    )


@blueprint.post("/meetings/<ref>/minutes/amendments")
@for_committee
def amend(ref: str) -> Page:
    """Propose an amendment in the name of a state that attended."""
    country, words = _sent("country"), {name: _sent(name) for name in ("passage", "proposed")}
    return _of_minutes(
        ref,
        lambda tx: minute_verbs.propose_amendment(tx, services(), ref, country, **words),
        "proposed",
    )


@blueprint.post("/meetings/<ref>/minutes/amendments/<int:number>")
@for_committee
def answer_amendment(ref: str, number: int) -> Page:
    """Accept an amendment, or refuse it with the reason."""
    accepted, name = _sent("answer") == "accept", f"reason_{number}"
    return _of_minutes(
        ref,
        lambda tx: minute_verbs.answer_amendment(
            tx, services(), ref, number, accepted=accepted, reason=_sent(name)
        ),
        "answered",
        at={"reason": name},
    )


@blueprint.post("/meetings/<ref>/minutes/certificate")
@for_committee
def certify(ref: str) -> Page:
    """Certify the newest version as the rapporteur."""
    seen = request.form.get("_seen", type=int)
    return _of_minutes(
        ref, lambda tx: minute_verbs.certify_minutes(tx, services(), ref, seen=seen), "certified"
    )


def _desk(ref: str, form: PlainForm, said: str = "") -> str:
    with services().uow.look(actor()) as tx:
        page = admin_page(tx, ref)
    return render_template(
        "meetings/meeting_admin.html",
        page=page,
        form=form,
        done=said,
        languages=LANGUAGE_NAMES,
        states=services().reference.states,
        task_roles=tasks.TASK_ROLES,
    )


def _roll(ref: str, form: PlainForm) -> str:
    with services().uow.read() as connection:
        page = roll_page(connection, ref, actor())
    observers = services().reference.observers
    return render_template("meetings/meeting_roll.html", page=page, form=form, observers=observers)


def _document(ref: str, form: PlainForm) -> str:
    with services().uow.read() as connection:
        shown = view_meeting(connection, actor(), ref)
    return render_template(
        "meetings/meeting_document.html",
        meeting=shown.meeting,
        form=form,
        languages=LANGUAGE_NAMES,
        **document_choices(shown),
    )


def _done(ref: str, verb: Verb, said: str, *, at: dict[str, str] | None = None) -> Page:
    error = _mistakes_of(verb, {"title": _TITLE[0], **(at or {})})
    if error:
        return _desk(ref, refused(dict(request.form), error)), 422
    return _to_desk(ref, said)


def _of_minutes(ref: str, verb: Verb, said: str, *, at: dict[str, str] | None = None) -> Page:
    error = _mistakes_of(verb, at or {})
    if error:
        return shown_minutes(ref, refused(dict(request.form), error)), 422
    return redirect(url_for("meetings.minutes", ref=ref, done=said), 303)


def _mistakes_of(verb: Verb, at: dict[str, str]) -> Invalid | None:
    """Do what was asked; answer the mistakes at the controls of the page, if there are any."""
    try:
        with services().uow.begin(actor()) as tx:
            verb(tx)
    except Invalid as error:
        return _placed(error, at)
    return None


def _known(verbs: dict[str, Verb], act: str) -> Verb:
    """The verb that an address names. Raises `NotFound`."""
    if act not in verbs:
        raise NotFound("act", act)
    return verbs[act]


def _floor(ref: str, way: str) -> str:
    """Where the chair holds the ballot that was just opened."""
    return url_for(
        "meeting_votes.consensus" if way == VotingMethod.CONSENSUS else "meeting_votes.roll_call",
        ref=ref,
    )


def _to_desk(ref: str, said: str) -> Response:
    return redirect(url_for("meeting_admin.desk", ref=ref, done=said), 303)


def _sent(name: str) -> str:
    return request.form.get(name, "")


def _title() -> dict[str, str]:
    return {lang: _sent(f"title_{lang}") for lang in LANGUAGES}


def _at_title(error: Invalid) -> Invalid:
    return _placed(error, {"title": _TITLE[0]})


def _placed(error: Invalid, at: dict[str, str]) -> Invalid:
    """The mistakes at the controls of the page."""
    return Invalid([FieldError(at.get(e.path, e.path), e.code, e.params) for e in error.fields])


def _role(name: str) -> Role:
    if name not in set(Role):
        raise Invalid([FieldError("role", "choice")])
    return Role(name)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid([FieldError("due_on", "not_date")]) from None
