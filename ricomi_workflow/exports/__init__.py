"""The public catalogue in formats of others: CSV, XLSX, JSON Lines, IATI 2.03.

Owns no tables. What is told of which field stands in `reference/exports.yaml`, judged against the
shipped forms whenever it is read: a field without a decision is a mistake. Queries: `rows.each`.
Invariants: only the tables of the catalogue are read, and of the books what IATI tells of them;
each movement of money is told once.
"""
