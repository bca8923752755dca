"""The migration cooperation fund: the money of a case from reservation to closing.

Owns `budget`, `tranche`, `tranche_event`, `refund`, `spending`, `spending_event`.
Verbs: the money acts of a case are effects (`hooks`); `terms` ends certifications and commitments
and reminds of accounts by the worker. `disbursing` follows a tranche, `ageing` and `overdue` what
is owed of it, `exceptions` the conditions that two offices set aside, `expiring` until when what is
committed may be paid; `operations` is what the fund spends itself, and `own` reads it.
Invariants, in the database too: what the ledger keeps, so that nothing is committed twice; one
person asks, a second certifies, a third pays; obligated and paid is what a tranche says, paid back
what a refund says, at most what its tranche paid; all of it is within what was approved, and what
is accounted for within the lines of the budget in force and their tolerance. What the fund spends
itself one person prepares and another pays.
"""
