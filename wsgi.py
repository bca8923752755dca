"""What a WSGI server loads: `waitress-serve wsgi:app`, `gunicorn wsgi:app`."""

from ricomi_workflow.bootstrap import compose, settings_from_env
from ricomi_workflow.web.app import create_app
from ricomi_workflow.workflow_migration.queries import require_known_cases

services = compose(settings_from_env())
require_known_cases(services)
app = create_app(services)
