"""The ledger: double entry in whole cents, which knows nothing of forms, donors and tranches.

Owns `account`, `journal`, `posting`, `period_event`. Verbs: `post`, `post_once`, `reverse`;
`close_period`, `ask_to_reopen`, `reopen`, `keep_closed`.
Invariants, kept by the database too: a journal is one row whose lines add up to zero in each
section of the chart and each currency; a balance is the sum of its postings and never leaves its
normal side; money of a case moves only with an entry of its trail; the play money of exercises
stands in books of its own; a closed period takes no journal.
"""
