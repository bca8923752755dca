"""Puts the web application together from the services and the pages."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from flask_wtf import CSRFProtect
from jinja2 import BaseLoader, ChoiceLoader, FileSystemLoader, PrefixLoader, StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

from ricomi_workflow.cases.act import Services
from ricomi_workflow.contributions.indirect_costs import rate_label
from ricomi_workflow.definitions.library import record_type_of
from ricomi_workflow.kernel.actors import NETWORK
from ricomi_workflow.kernel.money import total
from ricomi_workflow.kernel.refs import is_exercise_ref
from ricomi_workflow.kernel.text import show
from ricomi_workflow.web import (
    assets,
    charts,
    errors,
    headers,
    health,
    i18n,
    json_ld,
    navigation,
    nul_bytes,
    session,
    uploads,
)
from ricomi_workflow.web.api import v1
from ricomi_workflow.web.blueprints import BLUEPRINTS
from ricomi_workflow.web.calls.calls_view import criterion_label
from ricomi_workflow.web.catalogue import confirmation_view
from ricomi_workflow.web.current_user import EXTENSION, absolute_url, actor, services
from ricomi_workflow.web.forms import form_view
from ricomi_workflow.web.fund import labels
from ricomi_workflow.web.fund.staff_act import form_label
from ricomi_workflow.web.matching import matches_view
from ricomi_workflow.web.messages import (
    case_state,
    case_title,
    countries,
    donor_name,
    file_size,
    local_day,
    office_label,
    reason,
    role_label,
    submission_label,
)
from ricomi_workflow.web.network import map_drawing, subject_view
from ricomi_workflow.web.network.map_drawing import outlines
from ricomi_workflow.web.reviews.reviews_view import localized_score
from ricomi_workflow.web.saved_searches.routes import end_at_once
from ricomi_workflow.web.site import standard_addresses

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
    nul_bytes.install(app)
    session.install(app, demo=demo)
    health.install(app)
    uploads.install(app)
    csrf = CSRFProtect(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    csrf.exempt(end_at_once)  # a mail program has no proof; the link is the right
    v1.install(app, csrf)
    standard_addresses.install(app, csrf)
    if secure:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1)  # type: ignore[method-assign]
    assets.install(app)
    return app


def _template_loader() -> BaseLoader:
    """Find shared templates by their path, those of a subject as `subject/name.html`."""
    here = Path(__file__).parent
    subjects = {folder.parent.name: FileSystemLoader(folder) for folder in here.glob("*/templates")}
    return ChoiceLoader([FileSystemLoader(here / "templates"), PrefixLoader(subjects)])


def _prepare_templates(app: Flask) -> None:
    app.jinja_loader = _template_loader()
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    _add_filters(app)
    app.jinja_env.tests["exercise"] = is_exercise_ref
    app.jinja_env.tests["network_wide"] = lambda code: code == NETWORK
    _add_globals(app)


def _add_filters(app: Flask) -> None:
    app.jinja_env.filters.update(
        sum_money=total,
        absolute=absolute_url,
        local_day=local_day,
        case_title=case_title,
        case_state=case_state,
        criterion=criterion_label,
        file_size=file_size,
        office_label=office_label,
        reason=reason,
        submission_label=submission_label,
        score=localized_score,
        countries=countries,
        role_label=role_label,
        donor=donor_name,
        source=labels.source_words,
        limits=labels.limits_words,
        sort_states=subject_view.sort_states,
        addresses=subject_view.list_addresses,
        since=subject_view.since_text,
        record_type=lambda kind: record_type_of(services().library, kind) or "",
        icr_rate=lambda rate: rate_label(rate, i18n.language()),
        translated=lambda text: show(text, i18n.language()),
    )


def _add_globals(app: Flask) -> None:
    app.jinja_env.globals.update(
        accepted_files=uploads.ACCEPTED,
        max_upload=uploads.max_upload,
        viewer=actor,
        menu=navigation.menu,
        foot_entries=navigation.FOOT,
        office=navigation.office,
        page_exists=navigation.page_exists,
        field_id=form_view.field_id,
        form_label=form_label,
        ballot_drawing=charts.ballot,
        account_name=labels.account_name,
        unit=labels.unit,
        gap_words=labels.gap_words,
        exception_gate=labels.exception_gate,
        grounds_words=labels.grounds_words,
        line_words=labels.line_words,
        posting_words=labels.posting_words,
        explanation_words=labels.explanation_words,
        bar_chart=charts.bars,
        share_bar=charts.shares,
        outlines=outlines,
        islands=map_drawing.islands,
        answer_text=confirmation_view.answer_text,
        points_text=matches_view.points_text,
        reason_texts=matches_view.reason_texts,
        structured_entry=json_ld.of_entry,
        structured_catalogue=json_ld.of_catalogue,
        structured_country=json_ld.of_country,
    )
