"""The catalogue in other formats at a terminal."""

from pathlib import Path

from tests.cli.conftest import Ricomi, printed, told


def test_the_catalogue_is_written_and_an_impossible_wish_is_told(
    ricomi: Ricomi, tmp_path: Path
) -> None:
    header = printed(ricomi("catalogue", "export", "--format", "csv", "--filter", "topic=none"))
    assert header.startswith("ref,kind,definition,country,")
    file = tmp_path / "catalogue.xlsx"
    printed(ricomi("catalogue", "export", "--format", "xlsx", "--output", str(file)))
    assert file.read_bytes().startswith(b"PK")
    assert told(ricomi("catalogue", "export", "--format", "iati"))  # there is no activity
    assert ricomi("catalogue", "export", "--format", "xlsx").exit_code == 2
    assert ricomi("catalogue", "export", "--format", "csv", "--filter", "colour=red").exit_code == 2


def test_lines_are_taken_in_again_or_the_line_is_named(ricomi: Ricomi, tmp_path: Path) -> None:
    file = tmp_path / "catalogue.jsonl"
    printed(ricomi("catalogue", "export", "--format", "jsonl", "--output", str(file)))
    assert printed(ricomi("catalogue", "import", str(file))) == "0 entries taken in\n"
    file.write_text("{}\n", encoding="utf-8")
    assert "1" in told(ricomi("catalogue", "import", str(file)))
