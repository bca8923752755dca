"""The migration cooperation fund: double entry in whole cents, from pledge to closed case.

Owns `account`, `journal`, `posting`, `contribution`, `tranche`, `tranche_event`.
Verbs: `post`, `reverse`, `pledge`, `receive`; the money acts of a case are effects (`hooks`).
Invariants, kept by the database too: a journal is one row whose lines add up to zero in each
currency; a balance is the sum of its postings and never leaves its normal side, so nothing is
promised twice; money of a case moves only with an entry of its trail; one person asks, a second
certifies, a third pays. A pledge stands on accounts of its own and is never spendable.
"""
