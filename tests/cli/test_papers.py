"""`ricomi case dossier`, `packet` and `packet-import` as a person runs them."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from pypdf import PdfReader

from tests.cli.conftest import Ricomi, printed, told
from tests.cli.test_people_and_cases import ANA, REAL, add_ana
from tests.offline_forms.workbook import Filled


def a_draft(ricomi: Ricomi) -> str:
    """The real request of 2011 as a draft of Ana's; answer its reference."""
    add_ana(ricomi)
    return printed(ricomi("case", "import", REAL, "--as", ANA, "--draft")).split()[0]


def test_the_dossier_is_written_in_the_language_asked_for(ricomi: Ricomi, tmp_path: Path) -> None:
    add_ana(ricomi)
    ref = printed(ricomi("case", "import", REAL, "--as", ANA)).split()[0]
    file = tmp_path / "dossier.pdf"
    printed(ricomi("case", "dossier", ref.lower(), "--lang", "pt", "-o", str(file)))
    first = PdfReader(BytesIO(file.read_bytes())).pages[0].extract_text()
    assert "Dossiê completo" in first
    assert ref in first
    printed(ricomi("case", "dossier", ref, "--lang", "es", "--as", ANA, "-o", str(file)))
    assert ANA in PdfReader(BytesIO(file.read_bytes())).pages[0].extract_text()
    nobody = ("case", "dossier", ref, "--as", "x@example.org", "-o", str(file))
    assert "Nobody here" in told(ricomi(*nobody))
    assert "Error" in told(ricomi("case", "dossier", "RICOMI-1999-0001", "-o", str(file)))


def test_a_packet_goes_out_and_comes_back_at_a_terminal(ricomi: Ricomi, tmp_path: Path) -> None:
    ref = a_draft(ricomi)
    file = tmp_path / "request.xlsx"
    out = ("case", "packet", ref, "request", "--as", ANA, "--lang", "fr", "-o", str(file))
    printed(ricomi(*out))
    back = ("case", "packet-import", str(file), "--as", ANA)
    file.write_bytes(Filled(file.read_bytes()).write({"contact": "Luz"}).saved())
    first = file.read_bytes()
    assert printed(ricomi(*back)).split() == ["changed", "contact"]
    assert "taken in already" in printed(ricomi(*back))

    printed(ricomi(*out))
    mine = Filled(file.read_bytes()).write({"contact": "Mercedes"}).saved()
    file.write_bytes(Filled(file.read_bytes()).write({"contact": "Ana"}).saved())
    printed(ricomi(*back))
    file.write_bytes(mine)
    refused = ricomi(*back)
    assert "conflict  contact  mine: Mercedes  theirs: Ana" in refused.output
    assert "Nothing was saved" in told(refused)
    assert printed(ricomi(*back, "--keep", "mine")).split() == ["changed", "contact"]
    file.write_bytes(first[:100])
    assert "workbook" in told(ricomi(*back))
