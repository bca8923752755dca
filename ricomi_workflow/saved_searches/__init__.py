"""Saved searches: whoever saved a question is told by mail when the catalogue has something new.

Owns `alert_address`, `saved_search`, `alert_asked`, `alert_notified` and `alert_mail`. Verbs:
`save` (somebody with an account), `ask` (a visitor, who then confirms by mail), `confirm`, `end`,
`erase`, `forget_asked`, `notify_due` and `drain_alerts` (the worker). Queries: `own_searches`,
`find_by_token`.
Invariants: a question is words and codes, never a language; nobody is mailed who has not confirmed
that the address is theirs; each entry is counted once to one saved search, however many there are;
an address stands in a table of its own and goes with the last search that it is for.
"""
