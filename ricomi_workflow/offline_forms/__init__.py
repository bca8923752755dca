"""Offline forms: a form as a workbook that is filled in offline and uploaded.

Owns the receipts of workbooks. Verbs: `make_workbook`, `import_answers`. Invariants: an uploaded
file is never trusted; the same workbook takes effect once; rights are those of whoever uploads it,
on that day; what others changed meanwhile is overwritten only if the user chooses so, field by
field.
"""
