"""`ricomi body`: seats of a day, officers, confirmed rules."""

import json

from ricomi_workflow.bootstrap import Settings, compose
from ricomi_workflow.committees.commands import withdraw_confirmation
from ricomi_workflow.committees.queries import get_rule
from ricomi_workflow.kernel.actors import Actor, Grant, Role
from tests.cli.conftest import Ricomi, printed, told

CLERK = "secretaria@example.org"
CHAIR = "presidencia@example.org"


def test_seats_of_a_day_are_listed_with_their_reasons(ricomi: Ricomi) -> None:
    said = printed(ricomi("body", "seats", "ceam", "--day", "2011-06-01"))
    assert "HN  not counted  suspended 2009-07-04 2011-06-01" in said
    assert said.endswith("2011-06-01: 33 of 35 counted\n")
    found = json.loads(printed(ricomi("body", "seats", "ceam", "--json")))
    assert (len(found["seats"]), found["count"]) == (35, sum(s["counted"] for s in found["seats"]))
    assert "no_body" in told(ricomi("body", "seats", "no_body"))


def test_an_officer_is_recorded_and_shown(ricomi: Ricomi) -> None:
    printed(ricomi("user", "add", CLERK, "--role", "secretariat"))
    printed(ricomi("user", "add", CHAIR, "--role", "auditor"))
    term = ["--role", "chair", "--country", "py", "--to", "2099-06-30", "--document", "Acta 1"]
    made = ricomi(
        "body", "officer", "ceam", CHAIR, *term, "--elected", "acclamation", "--as", CLERK
    )
    assert "chair  PY  presidencia@example.org" in printed(made)
    said = printed(ricomi("body", "show", "ceam"))
    assert "ceam  CAM  Committee on Migration Issues" in said
    assert "..2099-06-30  holds  presidencia@example.org" in said
    assert printed(ricomi("user", "list")).count("chair") == 1
    found = json.loads(printed(ricomi("body", "show", "ceam", "--day", "2010-01-01", "--json")))
    assert (found["acronym"]["es"], found["people"][0]["role"]) == ("CEAM", "chair")
    refused = ricomi("body", "officer", "ceam", CHAIR, *term, "--as", CLERK)
    assert refused.exit_code == 1
    assert "elected" in told(refused)


def test_who_is_not_of_the_secretariat_records_nothing(ricomi: Ricomi) -> None:
    printed(ricomi("user", "add", CHAIR, "--role", "chair"))
    refused = ricomi("body", "confirm-rule", "ceam", "ordinary", "--document", "x", "--as", CHAIR)
    assert refused.exit_code == 1
    nobody = ricomi("body", "confirm-rule", "ceam", "ordinary", "--document", "x", "--as", "a@b.cd")
    assert "a@b.cd" in told(nobody)


def test_a_rule_is_confirmed_on_a_document(ricomi: Ricomi, prepared: str) -> None:
    services = compose(Settings(prepared, "a secret that is long enough for tests"))
    body = services.reference.body("ceam")
    clerk = Actor(9, "Secretaría", grants=frozenset({Grant(Role.SECRETARIAT)}))
    with services.uow.begin(clerk) as tx:
        kept = get_rule(tx.connection, body).confirmation
        assert kept is not None
        withdraw_confirmation(tx, kept.id, "No document was read.")
    services.uow.engine.dispose()
    printed(ricomi("user", "add", CLERK, "--role", "secretariat"))
    assert "NOT confirmed" in printed(ricomi("body", "show", "ceam"))
    said = ricomi(
        "body", "confirm-rule", "ceam", "ordinary", "--document", "Art. 40", "--as", CLERK
    )
    assert printed(said).startswith("ordinary  ")
    assert "confirmed: Art. 40" in printed(ricomi("body", "show", "ceam"))
