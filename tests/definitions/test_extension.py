"""A version that extends an earlier one: what differs is written, the whole is read."""

from pathlib import Path

import pytest

from ricomi_workflow.definitions.extension import read_source
from ricomi_workflow.definitions.library import load, release, verify
from ricomi_workflow.kernel.errors import DefinitionError
from ricomi_workflow.resources import root

FIRST = """name: note
version: 1
label: {es: Nota, en: Note, pt: Nota, fr: Note}
sections:
  - name: all
    label: {es: Todo, en: All, pt: Tudo, fr: Tout}
    fields:
      - {name: title, type: text, label: {es: A, en: A, pt: A, fr: A}}
      - {name: pages, type: integer, min: 1, label: {es: B, en: B, pt: B, fr: B}}
      - {name: kept, type: yes_no, label: {es: C, en: C, pt: C, fr: C}}
"""
SECOND = """extends: note/v1
version: 2
label: {en: Memo}
sections:
  all:
    fields:
      author: {after: title, type: text, label: {es: D, en: D, pt: D, fr: D}}
      pages: {max: 9, min: ~}
      kept: ~
"""
WHOLE = {  # digests of the whole files as they were before they said only what differs
    "workflows/cooperation_request": (
        "3235ba6f1e058c4fd975c79e00a97bc0eb6ce53224112ff85f237e3c5877637f"
    ),
    "forms/request": "bc89bc5ee8c8a2adc71c6d8e8d4aa0095a8fc9843b70c0f2776608feffc97d0a",
    "forms/admissibility": "428f05d84629d62ad19d96ff86610dd51d30670cbce3bab551dfa81041454c3e",
    "forms/final_report": "d67e2692435953500e4b7826ee8b5ce3bdb54c41521ebbc36aeb1eb0fb57eaf5",
    "forms/progress_report": "3dda06a21524c4e8858ee8d872a91d7e003a7d6dc5b10160379a5c0883fdd8cc",
    "forms/agreement": "bc3f1fa53a975a404cfec8068c248994223bc4cb285d8e1f170d16a936b04f58",
    "forms/refund": "c7636663a8e116628991b79e13c54eecc8cd982fe9ea0602318a4a386a501987",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("workflows", "notifications", "forms/note"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "forms/note/v1.yaml").write_text(FIRST)
    return tmp_path


def write(folder: Path, text: str, version: int = 2) -> Path:
    file = folder / f"forms/note/v{version}.yaml"
    file.write_text(text)
    return file


@pytest.mark.parametrize("path", WHOLE)
def test_a_shipped_file_says_the_same_as_its_former_whole(path: str) -> None:
    area, _, name = path.partition("/")
    source = read_source(root(area) / name / "v2.yaml", f"{path}/v2.yaml")
    assert (source.digest, source.mistakes) == (WHOLE[path], ())


def test_what_is_not_written_stays_as_it_was(folder: Path) -> None:
    write(folder, SECOND)
    form = load(folder).forms["note/v2"]
    assert (form.label["en"], form.label["fr"]) == ("Memo", "Note")
    assert [field.name for field in form.fields()] == ["title", "author", "pages"]
    assert (form.field("pages").minimum, form.field("pages").maximum) == (None, "9")


def test_items_are_moved_and_added_where_the_file_says(folder: Path) -> None:
    change = "extends: note/v1\nversion: 2\nsections: {all: {fields: {kept: {before: title}}}}\n"
    write(folder, change)
    assert [f.name for f in load(folder).forms["note/v2"].fields()] == ["kept", "title", "pages"]


def test_a_version_extends_one_that_extends_another(folder: Path) -> None:
    write(folder, SECOND)
    write(folder, "extends: note/v2\nversion: 3\nsections: {all: {fields: {author: ~}}}\n", 3)
    assert [f.name for f in load(folder).forms["note/v3"].fields()] == ["title", "pages"]


def test_a_condition_is_replaced_as_a_whole(folder: Path) -> None:
    one = "when: {field: title, filled: true}, "
    (folder / "forms/note/v1.yaml").write_text(FIRST.replace("name: kept, ", f"name: kept, {one}"))
    other = "when: {field: pages, equals: 1}"
    write(
        folder,
        f"extends: note/v1\nversion: 2\nsections: {{all: {{fields: {{kept: {{{other}}}}}}}}}\n",
    )
    assert load(folder).forms["note/v2"].field("kept").when is not None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("extends: note/v2\nversion: 2\n", "forms/note/v2.yaml: extends: found note/v2"),
        ("extends: other/v1\nversion: 2\n", "forms/note/v2.yaml: extends: found other/v1"),
        (SECOND.replace("kept: ~", "gone: ~"), "v2.yaml: sections.all.fields.gone: found nothing"),
        (
            SECOND.replace("after: title", "after: gone"),
            "v2.yaml: sections.all.fields.author.after: found gone",
        ),
        (
            SECOND.replace("max: 9", "max: many"),
            "forms/note/v2.yaml: sections.all.fields.pages.max: found",
        ),
        (SECOND.replace("type: text", "type: song"), "v2.yaml: sections.all.fields.author.type"),
    ],
)
def test_a_mistake_names_the_place_where_it_is_written(folder: Path, text: str, told: str) -> None:
    write(folder, text)
    with pytest.raises(DefinitionError) as caught:
        load(folder)
    assert told in "\n".join(map(str, caught.value.mistakes))


def test_a_mistake_of_the_earlier_version_is_told_there_and_once(folder: Path) -> None:
    (folder / "forms/note/v1.yaml").write_text(FIRST.replace("type: text", "type: song"))
    write(folder, SECOND)
    with pytest.raises(DefinitionError) as caught:
        load(folder)
    (mistake,) = caught.value.mistakes
    assert (mistake.file, mistake.path) == ("forms/note/v1.yaml", "sections.0.fields.0.type")


def test_a_released_version_covers_what_it_extends(folder: Path) -> None:
    write(folder, SECOND)
    assert release(folder) == ["forms/note/v1.yaml", "forms/note/v2.yaml"]
    (folder / "forms/note/v1.yaml").write_text(FIRST.replace("Nota, en", "Notas, en"))
    assert [m.file for m in verify(folder)] == ["forms/note/v1.yaml", "forms/note/v2.yaml"]
