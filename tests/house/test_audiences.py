"""Every view says whom it is for, and every form proves where it comes from."""

from flask import Flask

from ricomi_workflow.bootstrap import Settings, compose
from ricomi_workflow.web.access import audience_of
from ricomi_workflow.web.app import create_app

EXEMPT = ("/api/", "/oai", "/common-grants/")  # knows no cookies, or only reads
BY_LINK = {
    "saved_searches.end_at_once"
}  # the right is the link in a mail, which a mail program follows
FOR_ALL = {"front"}  # leads to the home page and shows nothing


def app() -> Flask:
    """The application on a database that nobody asks."""
    settings = Settings("sqlite://", "a key for tests only, forty characters")
    return create_app(compose(settings), demo=True)  # so that the database is not asked


def test_every_view_declares_its_audience() -> None:
    views = app().view_functions
    faults = [name for name, view in views.items() if not audience_of(view) and name not in FOR_ALL]
    assert not faults, "\n".join(faults)


def test_every_page_refuses_a_form_without_proof_of_origin() -> None:
    application = app()
    client = application.test_client()
    faults = []
    for rule in application.url_map.iter_rules():
        if "POST" not in (rule.methods or ()) or rule.rule.startswith(EXEMPT):
            continue
        if rule.endpoint in BY_LINK:
            continue
        numbers = {"key", "grant", "number", "delivery"}
        names = {name: 1 if name in numbers else "x" for name in rule.arguments}
        with application.test_request_context():
            path = application.url_map.bind("localhost").build(
                rule.endpoint, {**names, "lang": "es"}, method="POST"
            )
        answer = client.post(path)
        if answer.status_code != 400 or 'data-code="stale_form"' not in answer.text:
            faults.append(f"{rule.endpoint}: {answer.status_code}")
    assert not faults, "\n".join(faults)
