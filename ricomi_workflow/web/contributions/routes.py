"""Contributions to the fund: lists, statements, reports, letters, and the acts that record them."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, render_template, request

from ricomi_workflow.contributions.refunds import PAYERS
from ricomi_workflow.documents.acknowledgement_letter import letter_pdf
from ricomi_workflow.documents.call_letter import call_pdf
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.web.access import FUND_READERS, for_offices
from ricomi_workflow.web.contributions.contribution_acts import CHANGES, NEW
from ricomi_workflow.web.contributions.contributions_view import (
    ageing_page,
    agreement_page,
    contribution_page,
    contributions_page,
    donor_page,
    icr_csv,
    icr_page,
)
from ricomi_workflow.web.contributions.receipt_acts import ENDS, ON_RECORDED, RECEIPTS
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.fund.staff_act import Answer, StaffAct, show_form, submit_form
from ricomi_workflow.web.i18n import PREFIX, language

blueprint = Blueprint("contributions", __name__, url_prefix=PREFIX)
_NEW = {**NEW, **RECEIPTS}
_OF_ONE = {**CHANGES, **ON_RECORDED, **ENDS}


@blueprint.get("/fund/desk/contributions")
@for_offices(*FUND_READERS)
def index() -> str:
    """Show the contributions, fifty at a time, and the agreements."""
    with services().uow.read() as connection:
        page = contributions_page(connection, actor(), request.args.get("after", ""))
    return render_template("contributions/gifts.html", page=page, done=request.args.get("done", ""))


@blueprint.get("/fund/desk/contributions/<ref>")
@for_offices(*FUND_READERS)
def contribution(ref: str) -> str:
    """Show one contribution: calls, receipts, charges, where its money is."""
    with services().uow.read() as connection:
        page = contribution_page(connection, actor(), ref)
    return render_template("contributions/gift.html", page=page, done=request.args.get("done", ""))


@blueprint.get("/fund/desk/agreements/<ref>")
@for_offices(*FUND_READERS)
def agreement(ref: str) -> str:
    """Show what an agreement says, what it said before, and what was given under it."""
    with services().uow.read() as connection:
        page = agreement_page(connection, actor(), ref)
    return render_template("contributions/gift_agreement.html", page=page)


@blueprint.get("/fund/desk/contributions/<ref>/calls/<int:number>/letter.pdf")
@for_offices(*FUND_READERS)
def call_letter(ref: str, number: int) -> Response:
    """Call for a part of a pledge by a letter, in the language of the address."""
    return _paper(call_pdf(services(), ref, number, language()), f"{ref}-{number}")


@blueprint.get("/fund/desk/receipts/<ref>/letter.pdf")
@for_offices(*FUND_READERS)
def letter(ref: str) -> Response:
    """Acknowledge a receipt, in the language of the address."""
    return _paper(letter_pdf(services(), ref, language()), ref)


@blueprint.get("/fund/desk/donor")
@for_offices(*FUND_READERS)
def donor() -> str:
    """Show how a donor stands at the end of a day."""
    with services().uow.read() as connection:
        page = donor_page(connection, request.args.get("donor", ""), request.args.get("as_of", ""))
    return render_template("contributions/gift_donor.html", page=page)


@blueprint.get("/fund/desk/ageing")
@for_offices(*FUND_READERS)
def ageing() -> str:
    """Show what was promised and has not arrived, by how late it is."""
    with services().uow.read() as connection:
        page = ageing_page(connection, request.args.get("as_of", ""))
    return render_template("contributions/gift_ageing.html", page=page)


@blueprint.get("/fund/desk/icr")
@for_offices(*FUND_READERS)
def icr() -> str:
    """Show what was charged for indirect costs in half a year, and what was not."""
    with services().uow.read() as connection:
        page = icr_page(connection, request.args.get("as_of", ""))
    return render_template("contributions/gift_icr.html", page=page)


@blueprint.get("/fund/desk/icr.csv")
@for_offices(*FUND_READERS)
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
    """Show the form of an act."""
    return show_form(_act(_NEW, act))


@blueprint.post("/fund/desk/<act>")
@for_offices(Role.FUND_ADMINISTRATOR)
def record(act: str) -> Answer:
    """Confirm an act, then record it."""
    return submit_form(_act(_NEW, act))


@blueprint.get("/fund/desk/contributions/<ref>/<act>")
@for_offices(Role.FUND_ADMINISTRATOR)
def new_of(ref: str, act: str) -> str:
    """Show the form of an act on a contribution, a receipt or an agreement."""
    return show_form(_act(_OF_ONE, act), ref)


@blueprint.post("/fund/desk/contributions/<ref>/<act>")
@for_offices(Role.FUND_ADMINISTRATOR)
def record_of(ref: str, act: str) -> Answer:
    """Confirm such an act, then record it."""
    return submit_form(_act(_OF_ONE, act), ref)


@blueprint.get("/fund/desk/returns/<ref>/<act>")
@for_offices(*PAYERS)
def new_end(ref: str, act: str) -> str:
    """Show the form in which a refund is paid or cancelled."""
    return show_form(_act(ENDS, act), ref)


@blueprint.post("/fund/desk/returns/<ref>/<act>")
@for_offices(*PAYERS)
def end(ref: str, act: str) -> Answer:
    """Confirm that a refund is paid or cancelled, then record it."""
    return submit_form(_act(ENDS, act), ref)


def _act(acts: Mapping[str, StaffAct], name: str) -> StaffAct:
    """The act of this name. Raises `NotFound`."""
    if name not in acts:
        raise NotFound("act", name)
    return acts[name]


def _paper(made: bytes, name: str) -> Response:
    """A letter in the language of the address, to be kept by nobody on the way."""
    found = Response(made, mimetype="application/pdf")
    whole = f"{name}-{language()}.pdf"
    found.headers["Content-Disposition"] = f'attachment; filename="{whole}"'
    found.headers["Cache-Control"] = "private, no-store"
    return found
