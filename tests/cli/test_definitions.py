import json
import shutil
from pathlib import Path

import pytest

from ricomi_workflow.definitions.library import FOLDERS
from ricomi_workflow.kernel.text import LANGUAGES
from ricomi_workflow.resources import root
from tests.cli.conftest import Ricomi, printed, told

FLOW = Path("workflows") / "cooperation_request" / "v1.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The shipped definitions as a deployment of its own."""
    for name in FOLDERS:
        shutil.copytree(
            root(name), tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "*.py")
        )
    return tmp_path


def alter(file: Path, old: str, new: str) -> None:
    """Write `new` for the first `old` of a file."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_what_is_shipped_holds_no_mistake(bare: Ricomi) -> None:
    assert printed(bare("definitions", "check")).endswith("no mistake\n")


def test_every_mistake_of_a_folder_is_named(bare: Ricomi, folder: Path) -> None:
    assert "no mistake" in printed(bare("definitions", "check", str(folder)))
    alter(folder / FLOW, "initial: draft", "initial: nowhere")
    alter(folder / FLOW, "guards: [admissible", "guards: [no_such_guard")
    said = told(bare("definitions", "check", str(folder)))
    assert "nowhere" in said
    assert "unknown guard no_such_guard" in said
    alter(folder / "workflows" / "publication" / "v1.yaml", "points: publication", "points: law")
    said = told(bare("definitions", "check", str(folder)))
    assert "unknown form law; allowed: publication" in said  # a form, and none of this process
    assert said.splitlines()[-1].endswith(" mistakes")


def test_what_would_be_published_and_found_by_nothing_is_named(bare: Ricomi, folder: Path) -> None:
    forms = folder / "forms"
    offer, law = forms / "cooperation_offer" / "v1.yaml", forms / "law" / "v1.yaml"
    alter(offer, "options_from: topics", "options_from: populations")
    alter(law, "type: localized_long_text", "type: long_text")
    alter(forms / "good_practice" / "v1.yaml", "public: true", "public: false")
    alter(forms / "decision" / "v1.yaml", "name: outcome", "name: result")
    said = told(bare("definitions", "check", str(folder)))
    for words in (
        "topics.options_from: found populations; allowed: topics",
        "summary.type: found long_text; allowed: localized_long_text",
        "title.public: found false; allowed: true: entries of good_practice",
        "no choice outcome with options",
    ):
        assert words in said, said
    (forms / "decision" / "v1.yaml").unlink()
    assert "forms/decision/v1.yaml: sections: found no such form" in told(
        bare("definitions", "check", str(folder))
    )


def test_a_file_that_cannot_be_read_is_told_with_its_place(bare: Ricomi, folder: Path) -> None:
    alter(folder / FLOW, "version: 1", "version: [")
    assert "workflows/cooperation_request/v1.yaml" in told(
        bare("definitions", "check", str(folder))
    )


def test_a_released_file_that_was_changed_is_told(bare: Ricomi, folder: Path) -> None:
    (folder / "workflows" / "RELEASED.sha256").unlink(missing_ok=True)
    released = printed(bare("definitions", "release", str(folder)))
    assert "released workflows/cooperation_request/v1.yaml" in released
    assert "Nothing new" in printed(bare("definitions", "release", str(folder)))
    printed(bare("definitions", "check", str(folder)))
    with (folder / FLOW).open("a") as file:
        file.write("# a remark\n")
    assert "changed since its release" in told(bare("definitions", "check", str(folder)))
    assert "changed since its release" in told(bare("definitions", "release", str(folder)))


def test_the_list_names_every_definition(bare: Ricomi) -> None:
    said = printed(bare("definitions", "list"))
    for line in (
        "workflow  cooperation_request/v1",
        "form      request/v2",
        "message   invitation",
    ):
        assert line in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_process_is_drawn_and_printed_in_every_language(bare: Ricomi, lang: str) -> None:
    kind = "cooperation_request"
    drawn = printed(bare("definitions", "diagram", kind, "--lang", lang))
    assert drawn.startswith("stateDiagram-v2")
    assert drawn == printed(bare("definitions", "diagram", f"{kind}/v2", "--lang", lang))
    assert printed(bare("definitions", "manual", kind, "--lang", lang)).startswith("# ")


def test_an_unknown_kind_is_told_with_the_known_ones(bare: Ricomi) -> None:
    assert "cooperation_request" in told(bare("definitions", "manual", "tea"))


@pytest.mark.parametrize("name", ["request", "request/v1"])
def test_a_form_is_printed_as_json_schema(bare: Ricomi, name: str) -> None:
    schema = json.loads(printed(bare("definitions", "schema", name, "--lang", "pt")))
    assert schema["title"] == "Pedido de cooperação"
    assert schema["additionalProperties"] is False
    assert "country_profile" in told(bare("definitions", "schema", "tea"))


@pytest.mark.parametrize(
    ("lang", "process", "form"),
    [
        ("es", "No hay ningún proceso nothing", "No hay ningún formulario nothing"),
        ("en", "There is no process nothing", "There is no form nothing"),
        ("pt", "Não há nenhum processo nothing", "Não há nenhum formulário nothing"),
        ("fr", "Il n'y a pas de procédure nothing", "Il n'y a pas de formulaire nothing"),
    ],
)
def test_a_definition_that_is_missing_is_named_with_those_that_exist(
    bare: Ricomi, lang: str, process: str, form: str
) -> None:
    said = told(bare("definitions", "manual", "nothing", LANG=lang))
    assert process in said
    assert "cooperation_request" in said
    assert process in told(bare("definitions", "diagram", "nothing", LANG=lang))
    said = told(bare("definitions", "schema", "nothing", LANG=lang))
    assert form in said
    assert "tranche_request" in said
