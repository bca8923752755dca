"""The rates that forms look up: what a day of travel pays, by place and period."""

from __future__ import annotations

from flask import Blueprint, render_template

from ricomi_workflow.web.access import for_signed_in
from ricomi_workflow.web.fund.rates_view import rates_page
from ricomi_workflow.web.i18n import PREFIX

blueprint = Blueprint("rates", __name__, url_prefix=f"{PREFIX}/fund/rates")


@blueprint.get("")
@for_signed_in
def index() -> str:
    """Show the table to whoever plans a journey, and to the fund."""
    return render_template("fund/rates.html", page=rates_page())
