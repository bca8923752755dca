"""The YAML reader has no surprises."""

from __future__ import annotations

from itertools import pairwise

import pytest

from ricomi_workflow.definitions.yaml_reader import MAX_BYTES, Yaml, parse_yaml, read_yaml
from ricomi_workflow.kernel.errors import DefinitionError


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: 2011-08-31", {"a": "2011-08-31"}),  # a date stays text
        ("a: 012", {"a": "012"}),  # no octal numbers
        ("a: 1_000", {"a": "1_000"}),
        ('a: "no"', {"a": "no"}),
        ("a: 'true'", {"a": "true"}),
        ("a: [1, -2, true, ~, x]", {"a": [1, -2, True, None, "x"]}),
        ("a: &n [1]\nb: *n", {"a": [1], "b": [1]}),
    ],
)
def test_a_scalar_is_what_it_looks_like(text: str, value: Yaml) -> None:
    assert parse_yaml(text.encode(), "f.yaml") == value


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a: no", 'a: found bare no (line 1); allowed: true, false, or "no" in quotes'),
        ("on: 1", "file: found bare on as key (line 1)"),
        ("a: 1\na: 2", "a: found the same key twice (line 2)"),
        ("a: 1.5", "a: found bare 1.5 (line 1)"),
        ("a: !!int '3'", "found tag tag:yaml.org,2002:int"),
        ("a: !!python/object:os.system {}", "found tag tag:yaml.org,2002:python/object"),
        ("a: *nobody", "allowed: the name of an earlier anchor"),
        ("a: &me [*me]", "a.0: found *me"),
        ("? [a]\n: 1", "a list or mapping as key"),
        ("a: b: c", "well-formed YAML in UTF-8"),
        ("a: 1\nb:\n\tc: 1", "found character that cannot start any token (line 3)"),
        ("", "an empty file"),
        ("--- 1\n--- 2", "a second document"),
        ("[" * 100_000, "more than 40 levels"),
    ],
)
def test_what_is_ambiguous_or_dangerous_is_refused(text: str, found: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        parse_yaml(text.encode(), "f.yaml")
    assert found in str(caught.value)


def test_aliases_cannot_unfold_into_billions() -> None:
    names = "abcdefghijklmnopqrst"
    lines = ["a: &a [1, 1]"]
    lines += [f"{b}: &{b} [*{a}, *{a}, *{a}, *{a}]" for a, b in pairwise(names)]
    _, mistakes = read_yaml("\n".join(lines).encode(), "f.yaml")
    assert "more than 200000 values" in str(mistakes[-1])


def test_a_file_has_a_size_limit_and_must_be_utf_8() -> None:
    assert read_yaml(b"a" * (MAX_BYTES + 1), "f.yaml")[1]
    assert read_yaml(b"\xff\xfe\xfa", "f.yaml")[1]
    assert read_yaml(b"a: \xe9", "f.yaml")[1]
