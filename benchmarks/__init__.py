"""How fast the hot path is, as ratios to the limit and to peers in the same run: `./ricomi bench`.

Every contestant does the same work on its own copy of the same database. They take turns, round
by round, so that a slow second of the machine meets all of them; the best round of each counts.
Absolute numbers depend on the machine and its neighbours: read the ratios, the CPU time and the
statements. Afterwards every copy is proved: chains recomputed, rows counted, balances summed.
"""
