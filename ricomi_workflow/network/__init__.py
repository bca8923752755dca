"""What the network is as a whole: who cooperates with whom, and what each state gives and asks.

Owns no tables. Queries: `count_by_state`, `count_flows` and `count_facets` (counts under any search
query), `list_listings` (what of each kind there is, newest first), `sum_disbursed`, and
`find_coordinating_office` (from the profile of a state). Invariants: a count is what the search
answers to the query that `measure_query` or `FLOW` writes; money is read for entries of the
catalogue only.
"""
