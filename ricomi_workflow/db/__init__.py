"""The database: metadata and column types, engines, the unit of work. The only commit.

Tables are SQLAlchemy Core tables declared in each slice's `models.py` on the one `metadata` of
`db/schema.py`. Reads are `select()`s with explicit columns; writes pass through `Tx`, which
collects rows and writes them grouped at the end of the act.
"""
