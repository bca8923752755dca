"""What the network is as a whole: who cooperates with whom, and what each state gives and asks.

Owns no tables. Queries: `figures`, `flows` and `counted` (counts under any question of the search),
`shelves` (what of each sort there is, newest first), `disbursed`, `office_of` (from the profile of
a state). Invariants: a count is what the search answers to the question that `asking` or `FLOW`
writes; money is read for entries of the catalogue only.
"""
