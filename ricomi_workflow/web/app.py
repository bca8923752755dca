"""Puts the web application together from the services and the pages."""

from __future__ import annotations

from flask import Flask
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

from ricomi_workflow.cases.act import Services
from ricomi_workflow.kernel.money import total
from ricomi_workflow.kernel.refs import is_exercise_ref
from ricomi_workflow.web import (
    assets,
    drawings,
    errors,
    headers,
    i18n,
    navigation,
    nul,
    pulse,
    session,
    structured,
    uploads,
)
from ricomi_workflow.web.api import v1
from ricomi_workflow.web.catalogue import map_arcs
from ricomi_workflow.web.catalogue.outlines import outlines
from ricomi_workflow.web.forms import form_view
from ricomi_workflow.web.fund import bank_words
from ricomi_workflow.web.pages import BLUEPRINTS, alerts, standards
from ricomi_workflow.web.viewer import EXTENSION, absolute, actor

_BODY_LIMIT = 2 * 1024 * 1024
_LARGEST_KEY = 2**63 - 1


class _Key(IntegerConverter):
    """A number in an address; one that no database can hold is no page."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=_LARGEST_KEY)


def create_app(services: Services, *, demo: bool | None = None) -> Flask:
    """The application over `services`; nothing is started, connected or scheduled.

    `demo` says on every page that what it shows is an illustrative sample; None: the first
    request asks the database whether it holds one.
    """
    app = Flask(__name__, static_folder=None)
    app.extensions[EXTENSION] = services
    secure = services.base_url.startswith("https:")
    app.url_map.converters["int"] = _Key
    app.config.from_mapping(
        SECRET_KEY=services.secret_key,
        SESSION_COOKIE_NAME="ricomi",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure,
        MAX_CONTENT_LENGTH=_BODY_LIMIT,
        MAX_FORM_MEMORY_SIZE=_BODY_LIMIT,  # twenty pages pasted into every field are no fault
        WTF_CSRF_TIME_LIMIT=None,  # a long form outlives an hour; the token ends with the session
    )
    _prepare_templates(app)
    headers.install(app, secure=secure)
    i18n.install(app)
    errors.install(app)
    nul.install(app)
    session.install(app, demo=demo)
    pulse.install(app)
    uploads.install(app)
    csrf = CSRFProtect(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    csrf.exempt(alerts.end_at_once)  # a mail program has no proof; the link is the right
    v1.install(app, csrf)
    standards.install(app, csrf)
    if secure:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1)  # type: ignore[method-assign]
    assets.install(app)
    return app


def _prepare_templates(app: Flask) -> None:
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(sum_money=total, absolute=absolute)
    app.jinja_env.tests["exercise"] = is_exercise_ref
    app.jinja_env.globals.update(
        accepted_files=uploads.ACCEPTED,
        max_upload=uploads.max_upload,
        viewer=actor,
        menu=navigation.menu,
        foot_entries=navigation.FOOT,
        office=navigation.office,
        page_exists=navigation.page_exists,
        field_id=form_view.field_id,
        ballot_drawing=drawings.ballot,
        line_words=bank_words.line_words,
        fact_words=bank_words.fact_words,
        explanation_words=bank_words.explanation_words,
        bar_chart=drawings.bars,
        share_bar=drawings.shares,
        outlines=outlines,
        islands=map_arcs.islands,
        structured_entry=structured.of_entry,
        structured_catalogue=structured.of_catalogue,
        structured_country=structured.of_country,
    )
