"""Papers of a case to read, print and keep: one submission, or the whole dossier, as PDF.

Owns no table. Verbs: `submission_pdf`, `dossier_pdf`. Invariants: a paper holds what its reader
may read, field by field, and nothing else; the same case read by the same office in the same
language gives the same bytes; what people wrote reaches the typesetter as data, never as markup.
"""
