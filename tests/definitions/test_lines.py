"""A mistake is found in its file by its key path."""

import pytest

from ricomi_workflow.definitions.yaml_reader import line_of

FORM = b"""name: wish
sections:
  - name: all
    fields:
      - name: title
        type: text
      - name: lines
        type: table
        columns:
          - name: amount
            type: money
            min: "3"
checks:
  - code: adds_up
    at: lines
"""
FLOW = b"""kind: loan
states:
  draft:
    deadline: {remind: [5]}
transitions:
  - trigger: submit
    from: draft
  - trigger: lapse
    bulk: true
"""


@pytest.mark.parametrize(
    ("content", "path", "line"),
    [
        (FORM, "sections.0.fields.1.type", 8),
        (FORM, "lines.amount.min", 12),
        (FORM, "lines.amount.when", 10),
        (FORM, "title.when", 5),
        (FORM, "checks.adds_up.at", 15),
        (FORM, "nothing.at_all", None),
        (FORM, "file", None),
        (FLOW, "states.draft.deadline.remind", 4),
        (FLOW, "transitions.1 (lapse).bulk", 9),
        (FLOW, "transitions.1 (lapse).roles", 8),
        (b"transitions:\n  submit: {}\n  lapse: {bulk: true}\n", "transitions.1 (lapse).bulk", 3),
        (b"sections:\n  all:\n    fields:\n      title: {type: text}\n", "title.when", 4),
        (b"a: [", "a", None),
    ],
)
def test_a_path_leads_to_its_line(content: bytes, path: str, line: int | None) -> None:
    assert line_of(content, path) == line
