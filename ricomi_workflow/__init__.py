"""RICOMI Workflow: horizontal-cooperation requests on migration, from draft to reported.

The definitions in `workflows/`, `forms/`, `notifications/` and `texts/` are the product; the
packages below give them meaning. Read `docs/architecture.md` first, then one slice.
"""
