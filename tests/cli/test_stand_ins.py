"""`ricomi user delegations` and exercises from the command line."""

import json
from datetime import timedelta

from ricomi_workflow.bootstrap import Settings, compose
from ricomi_workflow.identity.commands import add_user, give_role
from ricomi_workflow.identity.delegations import Scope, delegate
from ricomi_workflow.kernel.actors import SYSTEM, Grant, Role
from ricomi_workflow.resources import root
from tests.cli.conftest import Ricomi, printed

REAL = str(root("reference") / "cases" / "ricomi-2011.yaml")
ANA = "ana@migraciones.gov.py"


def test_certificates_are_listed_as_text_and_json(ricomi: Ricomi, prepared: str) -> None:
    services = compose(Settings(prepared, "a secret that is long enough for tests"))
    today = services.calendar.local_day(services.uow.clock.now())
    with services.uow.begin(SYSTEM) as tx:
        giver = add_user(tx, "ana@example.org", "Ana")
        deputy = add_user(tx, "luz@example.org", "Luz")
        for key in (giver, deputy):
            give_role(tx, key, Role.SECRETARIAT)
        scope = Scope([Grant(Role.SECRETARIAT)], today, today + timedelta(days=3))
        delegate(tx, giver, deputy, scope)
    services.uow.engine.dispose()
    said = printed(ricomi("user", "delegations"))
    assert f"{today}.." in said
    assert "offered    Luz for Ana  secretariat  every case, without ballots" in said
    (one,) = json.loads(printed(ricomi("user", "delegations", "--of", "ana@example.org", "--json")))
    assert (one["giver"], one["delegate"], one["status"]) == ("Ana", "Luz", "offered")


def test_a_case_is_imported_as_an_exercise(ricomi: Ricomi) -> None:
    printed(ricomi("user", "add", ANA, "--role", "focal_point", "--country", "PY"))
    made = printed(ricomi("case", "import", REAL, "--exercise"))
    assert made.startswith("EJ-")
    (listed,) = json.loads(printed(ricomi("case", "list", "--json")))
    assert listed["exercise"] is True
