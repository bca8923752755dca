"""The web application over the services of a test, made once and lent to one test after another.

Making it takes longer than most tests: hundreds of addresses and templates are compiled. Nothing
of a test stays in it: services, settings and what was remembered are put back when it is lent.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final
from weakref import finalize

from flask import Flask

from ricomi_workflow.cases.act import Services
from ricomi_workflow.web.app import create_app
from ricomi_workflow.web.current_user import EXTENSION

_Made = tuple[Flask, dict[str, Any], dict[str, Any]]  # with its first settings and extensions
_IDLE: Final[defaultdict[tuple[str, str], list[_Made]]] = defaultdict(list)


def application(holder: object, services: Services) -> Flask:
    """The application over `services`, for as long as `holder` lives."""
    idle = _IDLE[services.secret_key, services.base_url]
    made = idle.pop() if idle else _make(services)
    finalize(holder, idle.append, made)
    app, settings, extensions = made
    app.config.clear()
    app.config.update(settings)
    app.extensions = {**extensions, EXTENSION: services}
    app.jinja_env.globals["demo"] = None  # the database is asked whether it is one
    return app


def _make(services: Services) -> _Made:
    app = create_app(services)
    return app, dict(app.config), dict(app.extensions)
