"""What is given to the fund, on its desk: lists, statements, reports, and the acts that record it.

Every act is filled in, said back with what it will do, and recorded once: the page carries what it
was made from, and a second sending finds it changed.
"""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from ricomi_workflow.contributions.refunds import PAYERS
from ricomi_workflow.documents.acknowledgement_letter import letter_pdf
from ricomi_workflow.documents.call_letter import call_pdf
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.errors import Conflict, DomainError, Invalid, NotFound, Refused
from ricomi_workflow.ledger.periods import require_open
from ricomi_workflow.web.access import for_offices
from ricomi_workflow.web.contributions.change_actions import ENDS
from ricomi_workflow.web.contributions.confirmation import act_page, said_page
from ricomi_workflow.web.contributions.contribution_action import GiftAct
from ricomi_workflow.web.contributions.contribution_actions import ALONE, OF_ONE, USUAL
from ricomi_workflow.web.contributions.contributions_view import (
    ageing_page,
    agreement_page,
    contribution_page,
    contributions_page,
    donor_page,
    icr_csv,
    icr_page,
)
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.errors import status_of
from ricomi_workflow.web.fund.treasury_confirmation import RecordPage
from ricomi_workflow.web.fund.treasury_forms import Filled, filled
from ricomi_workflow.web.fund.treasury_routes import READERS
from ricomi_workflow.web.i18n import PREFIX, language

blueprint = Blueprint("gifts", __name__, url_prefix=PREFIX)
Answer = str | AnyResponse | tuple[str, int]
# The day on which an act stands in the books: that its period is closed is told before all else.
_BOOKED = frozenset(
    {"pledged_on", "received_on", "converted_on", "given_on", "reduced_on", "paid_on"}
)


@blueprint.get("/fund/desk/contributions")
@for_offices(*READERS)
def index() -> str:
    """Show the contributions, fifty at a time, and the agreements."""
    with services().uow.read() as connection:
        page = contributions_page(connection, actor(), request.args.get("after", ""))
    return render_template("contributions/gifts.html", page=page, done=request.args.get("done", ""))


@blueprint.get("/fund/desk/contributions/<ref>")
@for_offices(*READERS)
def contribution(ref: str) -> str:
    """Show one contribution: calls, receipts, charges, where its money is."""
    with services().uow.read() as connection:
        page = contribution_page(connection, actor(), ref)
    return render_template("contributions/gift.html", page=page, done=request.args.get("done", ""))


@blueprint.get("/fund/desk/agreements/<ref>")
@for_offices(*READERS)
def agreement(ref: str) -> str:
    """Show what an agreement says, what it said before, and what was given under it."""
    with services().uow.read() as connection:
        page = agreement_page(connection, actor(), ref)
    return render_template("contributions/gift_agreement.html", page=page)


@blueprint.get("/fund/desk/contributions/<ref>/calls/<int:number>/letter.pdf")
@for_offices(*READERS)
def call_letter(ref: str, number: int) -> Response:
    """Call for a part of a pledge by a letter, in the language of the address."""
    return _paper(call_pdf(services(), ref, number, language()), f"{ref}-{number}")


@blueprint.get("/fund/desk/receipts/<ref>/letter.pdf")
@for_offices(*READERS)
def letter(ref: str) -> Response:
    """Acknowledge a receipt, in the language of the address."""
    return _paper(letter_pdf(services(), ref, language()), ref)


@blueprint.get("/fund/desk/donor")
@for_offices(*READERS)
def donor() -> str:
    """Show how a donor stands at the end of a day."""
    with services().uow.read() as connection:
        page = donor_page(connection, request.args.get("donor", ""), request.args.get("as_of", ""))
    return render_template("contributions/gift_donor.html", page=page)


@blueprint.get("/fund/desk/ageing")
@for_offices(*READERS)
def ageing() -> str:
    """Show what was promised and has not arrived, by how late it is."""
    with services().uow.read() as connection:
        page = ageing_page(connection, request.args.get("as_of", ""))
    return render_template("contributions/gift_ageing.html", page=page)


@blueprint.get("/fund/desk/icr")
@for_offices(*READERS)
def icr() -> str:
    """Show what was charged for indirect costs in half a year, and what was not."""
    with services().uow.read() as connection:
        page = icr_page(connection, request.args.get("as_of", ""))
    return render_template("contributions/gift_icr.html", page=page)


@blueprint.get("/fund/desk/icr.csv")
@for_offices(*READERS)
def icr_file() -> Response:
    """The same as a file."""
    with services().uow.read() as connection:
        name, text = icr_csv(connection, request.args.get("as_of", ""))
    found = Response(text, mimetype="text/csv")
    found.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return found


@blueprint.get("/fund/desk/<act>")
@for_offices(Role.FUND_ADMINISTRATOR)
def new(act: str) -> str:
    """Ask for the facts of an act."""
    return _draw(_blank(act, ""))


@blueprint.post("/fund/desk/<act>")
@for_offices(Role.FUND_ADMINISTRATOR)
def record(act: str) -> Answer:
    """Say an act back; record it when it was confirmed."""
    return _recorded(act, "")


@blueprint.get("/fund/desk/contributions/<ref>/<act>")
@for_offices(Role.FUND_ADMINISTRATOR)
def new_of(ref: str, act: str) -> str:
    """Ask for the facts of an act on a contribution or a receipt."""
    return _draw(_blank(act, ref))


@blueprint.post("/fund/desk/contributions/<ref>/<act>")
@for_offices(Role.FUND_ADMINISTRATOR)
def record_of(ref: str, act: str) -> Answer:
    """Say such an act back; record it when it was confirmed."""
    return _recorded(act, ref)


@blueprint.get("/fund/desk/returns/<ref>/<act>")
@for_offices(*PAYERS)
def new_end(ref: str, act: str) -> str:
    """Ask how a return was paid, or why it does not go back after all."""
    return _draw(_blank(_ending(act), ref))


@blueprint.post("/fund/desk/returns/<ref>/<act>")
@for_offices(*PAYERS)
def end(ref: str, act: str) -> Answer:
    """Say it back; record it when it was confirmed."""
    return _recorded(_ending(act), ref)


def _ending(act: str) -> str:
    """The act, if it ends a return. Raises `NotFound`."""
    if act not in ENDS:
        raise NotFound("act", act)
    return act


def _recorded(act: str, ref: str) -> Answer:
    sent, seen = _sent(act, ref), request.form.get("_seen", "")
    if sent.errors or "_back" in request.form:
        return _draw(_page(act, ref, sent, seen)), 422 if sent.errors else 200
    try:
        if request.form.get("_confirm") != "yes":
            return _say(act, ref, sent, seen)
        done = _write(act, ref, sent, seen)
    except (Invalid, Refused, Conflict) as error:
        return _draw(_page(act, ref, sent, None, error)), status_of(error)
    return redirect(url_for("fund.dashboard", done=done), 303)


def _write(act: str, ref: str, sent: Filled, seen: str) -> str:
    known = _act(act, ref)
    with services().uow.begin(actor()) as tx:
        if known.seen(tx.connection, ref) != seen:
            raise Conflict("another fact was recorded")
        return known.write(tx, ref, sent)


def _say(act: str, ref: str, sent: Filled, seen: str) -> str:
    known = _act(act, ref)
    with services().uow.trial(actor()) as tx:
        for name in _BOOKED & sent.values.keys():
            require_open(tx.connection, sent.day(name))
        said = known.say(tx.connection, ref, sent)
        known.write(tx, ref, sent)  # what would be refused is told before it is confirmed
    page = said_page(act, ref, sent, said, seen)
    return render_template("fund/record_confirm.html", page=page)


def _blank(act: str, ref: str) -> RecordPage:
    with services().uow.read() as connection:
        known = _act(act, ref)
        form = known.form(connection, ref)
        names = {field.name for field in form.fields()}
        usual = {name: (text,) for name, text in USUAL.items() if name in names}
        typed = {**usual, **known.usual(connection, ref)}
        about, seen = known.about(connection, ref), known.seen(connection, ref)
    return act_page(act, ref, Filled(form, typed, {}, ()), about=about, seen=seen)


def _page(
    act: str, ref: str, sent: Filled, seen: str | None, error: DomainError | None = None
) -> RecordPage:
    with services().uow.read() as connection:
        known = _act(act, ref)
        about, now = known.about(connection, ref), known.seen(connection, ref)
    return act_page(act, ref, sent, about=about, seen=now if seen is None else seen, error=error)


def _sent(act: str, ref: str) -> Filled:
    with services().uow.read() as connection:
        form = _act(act, ref).form(connection, ref)
        _act(act, ref).about(connection, ref)  # so that what is not there is not found
    return filled(form, request.form.to_dict(flat=False))


def _act(name: str, ref: str) -> GiftAct:
    """The act of this name, on something or on nothing. Raises `NotFound`."""
    found = (OF_ONE if ref else ALONE).get(name)
    if found is None:
        raise NotFound("act", name)
    return found


def _paper(made: bytes, name: str) -> Response:
    """A letter in the language of the address, to be kept by nobody on the way."""
    found = Response(made, mimetype="application/pdf")
    whole = f"{name}-{language()}.pdf"
    found.headers["Content-Disposition"] = f'attachment; filename="{whole}"'
    found.headers["Cache-Control"] = "private, no-store"
    return found


def _draw(page: RecordPage) -> str:
    return render_template("fund/record.html", page=page)
