"""The loader reads what is right and tells everything that is wrong, at once."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from ricomi_workflow.definitions.library import load
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.errors import DefinitionError
from tests.definitions.samples import Tree, act, four, message, put, wish, workflow, write


def mistakes(root: Path) -> list[str]:
    with pytest.raises(DefinitionError) as caught:
        load(root)
    return [str(m) for m in caught.value.mistakes]


def test_a_good_folder_becomes_a_library(tmp_path: Path) -> None:
    library = load(write(tmp_path))
    flow = library.latest("loan")
    content = (tmp_path / "workflows/loan/v1.yaml").read_bytes()
    assert (flow.key, flow.digest) == ("loan/v1", hashlib.sha256(content).hexdigest())
    assert flow.states["draft"].waits_for == (Role.FOCAL_POINT,)
    assert flow.states["closed"].is_public
    assert flow.transitions[1].roles == frozenset()
    assert library.forms["wish/v1"].field("lines").columns[1].minimum == "0.01"
    assert library.messages["hello"].params == ("ref",)


def test_the_environment_names_a_deployments_own_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RICOMI_DEFINITIONS", str(write(tmp_path)))
    assert list(load().workflows) == ["loan/v1"]


def test_all_mistakes_of_all_files_come_at_once(tmp_path: Path) -> None:
    flow, form = workflow(), wish()
    flow["colour"] = "red"
    flow["transitions"] = [act("submit", "draft", roles=["king"], guards="paid", reason=1)]
    del flow["opens"]
    form["label"] = {"es": "x", "en": "x", "fr": ""}
    found = "\n".join(mistakes(write(tmp_path, flow, form)))
    for part in (
        "workflows/loan/v1.yaml: colour: found an unknown key; allowed: kind, version,",
        "workflows/loan/v1.yaml: opens: found nothing; allowed: this key is required",
        "transitions.0.roles.0: found 'king'; allowed: focal_point, institution_user",
        "transitions.0.guards: found 'paid'; allowed: a list",
        "transitions.0.reason: found 1; allowed: true or false",
        "forms/wish/v1.yaml: label.pt: found nothing",
        "forms/wish/v1.yaml: label.fr: found ''; allowed: text that is not blank",
    ):
        assert part in found


@pytest.mark.parametrize("lang", ["es", "en", "pt", "fr"])
def test_a_missing_language_is_a_mistake(tmp_path: Path, lang: str) -> None:
    flow = workflow()
    texts = four("loan")
    del texts[lang]
    flow["label"] = texts
    assert mistakes(write(tmp_path, flow)) == [
        f"workflows/loan/v1.yaml: label.{lang}: found nothing; allowed: this key is required"
    ]


def test_a_file_must_stand_where_its_words_say(tmp_path: Path) -> None:
    write(tmp_path)
    put(tmp_path / "workflows/loan/v2.yaml", workflow())
    (found,) = mistakes(tmp_path)
    assert found.startswith("workflows/loan/v2.yaml: file: found loan/v1.yaml")
    assert found.endswith("allowed: the place of the file, loan/v2.yaml")


@pytest.mark.parametrize("name", ["v2.yml", "v2 (copy).yaml", "v02.yaml", "new.yaml"])
def test_a_file_that_is_called_otherwise_is_not_passed_over(tmp_path: Path, name: str) -> None:
    (write(tmp_path) / "workflows/loan" / name).write_text("kind: loan\n", encoding="utf-8")
    assert mistakes(tmp_path) == [
        f"workflows/loan/{name}: file: found {name}; allowed: v1.yaml, v2.yaml, …"
    ]


def test_a_message_needs_a_text_in_every_language(tmp_path: Path) -> None:
    silent = {"es": "a", "en": "b", "fr": " "}
    put(write(tmp_path) / "notifications/hello.yaml", {**message(), "text": silent})
    assert mistakes(tmp_path) == [
        "notifications/hello.yaml: text.pt: found nothing; allowed: this key is required",
        "notifications/hello.yaml: text.fr: found ' '; allowed: text that is not blank",
    ]


def test_a_shared_part_declares_its_parameters(tmp_path: Path) -> None:
    part = {"text": four("{{ who }}"), "params": ["ref"]}
    put(write(tmp_path) / "notifications/shared.yaml", {"greeting": part})
    assert mistakes(tmp_path) == [
        f"notifications/shared.yaml: greeting.text.{lang}: found undeclared who; allowed: ref"
        for lang in ("es", "en", "pt", "fr")
    ]


def test_a_message_shares_only_parts_that_there_are(tmp_path: Path) -> None:
    put(write(tmp_path) / "notifications/hello.yaml", {**message(), "parts": ["text", "farewell"]})
    assert mistakes(tmp_path) == ["notifications/hello.yaml: parts: found farewell; allowed: text"]


def test_a_message_stands_between_the_parts_that_it_shares(tmp_path: Path) -> None:
    shared = {"greeting": {"text": four("{{ who }}"), "params": ["who"]}}
    put(write(tmp_path) / "notifications/shared.yaml", shared)
    put(tmp_path / "notifications/hello.yaml", {**message(), "parts": ["greeting", "text"]})
    hello = load(tmp_path).messages["hello"]
    assert hello.params == ("who", "ref")
    assert hello.bodies["en"] == "{{ who }} en\n\n{{ ref }} en"


FIELD: Tree = {"name": "x", "type": "integer", "label": four("x")}


@pytest.mark.parametrize(
    ("field", "where"),
    [
        ({**FIELD, "type": "number"}, "type"),
        ({**FIELD, "min": "many"}, "min"),
        ({**FIELD, "max_words": 3}, "max_words"),
        ({**FIELD, "type": "choice"}, "options"),
        ({**FIELD, "type": "choice", "options_from": "planets"}, "options_from"),
        ({**FIELD, "type": "date", "min": "31/08/2011"}, "min"),
        ({**FIELD, "type": "money", "min": "0.001"}, "min"),
        ({**FIELD, "type": "table", "columns": []}, "columns"),
        ({**FIELD, "type": "table", "columns": [{**FIELD, "type": "table"}]}, "columns.0.type"),
        ({**FIELD, "required": "true"}, "required"),
    ],
)
def test_a_field_refuses_what_its_type_cannot_mean(tmp_path: Path, field: Tree, where: str) -> None:
    form = wish()
    form["sections"] = [{"name": "all", "label": four("all"), "fields": [field]}]
    found = mistakes(write(tmp_path, None, form))
    assert [m for m in found if f": sections.0.fields.0.{where}: found" in m]


def test_a_name_stands_once(tmp_path: Path) -> None:
    form = wish()
    form["sections"] = [{"name": "all", "label": four("all"), "fields": [FIELD, FIELD]}]
    (found,) = mistakes(write(tmp_path, None, form))
    assert found.startswith("forms/wish/v1.yaml: sections: found field x more than once")
