"""Pages about the site itself: contact, accessibility, open data, how to verify the record."""

from __future__ import annotations

from flask import Blueprint, render_template

from ricomi_workflow.web.access import for_everybody
from ricomi_workflow.web.catalogue.feeds import by_standards, files
from ricomi_workflow.web.http_caching import revalidated
from ricomi_workflow.web.i18n import PREFIX

blueprint = Blueprint("about", __name__, url_prefix=PREFIX)


@blueprint.get("/contact")
@for_everybody
@revalidated
def contact() -> str:
    """Say which office answers for what."""
    return render_template("site/contact.html")


@blueprint.get("/accessibility")
@for_everybody
@revalidated
def accessibility() -> str:
    """Say what was done so that everybody can use the site, and what is not known."""
    return render_template("site/accessibility.html")


@blueprint.get("/open-data", endpoint="open_data")
@for_everybody
@revalidated
def open_records() -> str:
    """Say what is published for machines, where, and under which terms."""
    return render_template("site/open_data.html", files=files(), standards=by_standards())


@blueprint.get("/verify")
@for_everybody
@revalidated
def verify() -> str:
    """Say how the record proves that nobody changed it, and how to check that."""
    return render_template("site/verify.html")
