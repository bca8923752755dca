"""Saved searches: whoever saved a question is told by mail when the catalogue has something new.

Owns `alert_address`, `saved_search`, `alert_asked`, `alert_told` and `alert_mail`. Verbs: `save`
(somebody with an account), `ask` (a visitor, who then confirms by mail), `confirm`, `end`, `erase`,
`forget_asked`, `tell_due` and `drain` (the worker). Queries: `own_searches`, `find_by_token`.
Invariants: a question is words and codes, never a language; nobody is mailed who has not confirmed
that the address is theirs; no entry is told twice to one saved search; an address stands in a table
of its own and goes with the last search that it is for.
"""
