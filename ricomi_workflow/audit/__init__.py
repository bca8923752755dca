"""The trail: numbered, chained entries, one chain a case; nothing changes without one.

Owns `audit_entry` and `checkpoint`. Verbs: `record`, `make_checkpoint`. Queries: `trail`,
`list_checkpoints`, `proven`. `verify` recomputes every chain, `faulty` every checkpoint.
Invariants, kept by the database: entry *n* and version *n* of a case are the same fact (inserting
the entry is what moves the case, see `cases/models.py`); entries are never changed or deleted.
A person is named in an entry by key only, so that the chain holds no personal data of its own.
"""
