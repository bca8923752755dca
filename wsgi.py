"""What a WSGI server loads: `waitress-serve wsgi:app`, `gunicorn wsgi:app`."""

from ricomi_workflow.web import create_app

app = create_app()
