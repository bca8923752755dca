"""Definitions: YAML files become frozen values, and forms become validation.

Owns the words of `workflows/`, `forms/`, `notifications/` and `texts/`. `load` reads them strictly
and tells every mistake at once; `check` looks for what a single file cannot know (unknown names,
unreachable states); `forms` validates what people fill in; `diagram` and `manual` explain the
process. Nothing here knows of a database or of Flask, and no file holds code.
"""
