"""Files of cases: evidence in answers and plain documents, kept by the digest of their content.

Owns `attachment`, `attachment_removed`, `attachment_scan`, and the store of contents.
Verbs: `receive`, `add_document`, `remove_file`, `scan_waiting`, `sweep_orphans`. Queries: one
function a screen.
Invariants: a file never changes; removing one leaves its name and digest; while a scanner is set
and has not spoken, only whoever sent a file may open it; what it calls harmful, nobody.
"""
