"""The migration cooperation fund: its money from pledge to closed case.

Owns `contribution`, `tranche`, `tranche_event`.
Verbs: `pledge`, `receive`; the money acts of a case are effects (`hooks`).
Invariants: what the ledger keeps, so that nothing is promised twice; one person asks, a second
certifies, a third pays, in the database too. A pledge stands on accounts of its own and is never
spendable.
"""
