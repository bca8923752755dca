"""Alembic revisions of the database schema, run by `ricomi db upgrade`.

One subject a revision, in `versions/`, reversible or saying why not. `ricomi db revision SUBJECT`
writes the difference between a database at the newest revision and the tables in code; triggers
are not compared, so their SQL is added by hand, for both databases. A revision holds all it needs:
it imports column types, never a slice's tables, which change after it.
"""
