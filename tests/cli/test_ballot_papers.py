"""`ricomi ballot paper` and `paper-import` as a person runs them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from ricomi_workflow.db.engine import create_engine
from ricomi_workflow.identity.queries import find_person
from ricomi_workflow.kernel.actors import Role
from tests.cli.conftest import Ricomi, printed, told
from tests.offline_forms.workbook import Filled
from tests.support.product import SECRET, Stage, product


def test_a_paper_goes_out_and_comes_back_once(
    ricomi: Ricomi, prepared: str, tmp_path: Path
) -> None:
    engine = create_engine(prepared)
    stage = Stage(product(engine, datetime.now(UTC)))  # the clock of a terminal
    delegate = stage.the(Role.CEAM_DELEGATE, "UY")
    ref = stage.before_the_committee()
    with stage.services.uow.read() as connection:
        person = find_person(connection, delegate.user_id or 0)
    engine.dispose()
    assert person
    own = {"RICOMI_SECRET_KEY": SECRET}
    file = tmp_path / "paper.xlsx"
    out = ("ballot", "paper", ref, "uy", "--as", person.email, "--lang", "fr", "-o", str(file))
    printed(ricomi(*out, **own))
    file.write_bytes(Filled(file.read_bytes()).write({"position": "Contre"}).saved())
    back = ("ballot", "paper-import", str(file), "--as", person.email)
    assert "Nothing was cast" in told(ricomi(*back, **own))
    assert "cast" in printed(ricomi(*back, "--yes", **own))
    assert "taken in already" in printed(ricomi(*back, "--yes", **own))
