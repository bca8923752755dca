"""The public catalogue in formats and protocols of others, and its lines taken in again.

Tables, JSON Lines, IATI 2.03, Atom, schema.org, DCAT-AP, OAI-PMH, files for search engines, and
announced calls as opportunities of CommonGrants. Owns no tables. What is told of which field
stands in `reference/exports.yaml`, judged against the shipped forms whenever it is read: a field
without a decision is a mistake. Queries: `rows.each`. Command: `lines.take_in`, into an empty
database only. Invariants: only the tables of the catalogue and announced calls are read, and of
the books what IATI tells of them; each movement of money is told once.
"""
