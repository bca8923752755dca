"""Documents to read, print and keep, as PDF: a submission, the dossier of a case, letters, minutes.

Owns no table. Verbs: `submission_pdf`, `dossier_pdf`. Invariants: a document holds what its reader
may read, field by field, and nothing else; the same case read by the same office in the same
language gives the same bytes; what people wrote reaches the typesetter as data, never as markup.
"""
