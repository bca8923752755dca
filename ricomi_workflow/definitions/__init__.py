"""Definitions: YAML files become frozen values, and forms become validation.

Owns the formats of `workflows/`, `forms/`, `notifications/` and `texts/`.

- `library` reads the files strictly and reports every mistake together; `extension` resolves a
  version that extends an earlier one.
- `check` finds what a single file cannot show: unknown names, unreachable states.
- `forms` validates what people fill in; `evaluation_scope` evaluates conditions and computations.
- `manual` explains a process, `version_changes` compares two versions.

Nothing here knows of a database or of Flask, and no file holds code.
"""
