"""The migration cooperation fund: the money of a case from reservation to closing.

Owns `tranche`, `tranche_event`.
Verbs: the money acts of a case are effects (`hooks`).
Invariants: what the ledger keeps, so that nothing is promised twice; one person asks, a second
certifies, a third pays, in the database too.
"""
