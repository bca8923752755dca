"""What a WSGI server loads: `waitress-serve wsgi:app`, `gunicorn wsgi:app`."""

from ricomi_workflow.bootstrap import compose, settings_from_env
from ricomi_workflow.web.app import create_app

app = create_app(compose(settings_from_env()))
