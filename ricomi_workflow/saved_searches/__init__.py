"""Saved searches: whoever saved a search query gets a mail when the catalogue has something new.

Owns `saved_search` and the tables `saved_search_address`, `saved_search_attempt`,
`saved_search_notified` and `saved_search_mail`. Verbs: `save_search` (somebody with an account),
`request_search` (a visitor, who then confirms by mail), `confirm_search`, `end_search`,
`erase_address`, `delete_unconfirmed`, `run_due_searches` and `send_search_mail` (the worker).
Queries: `list_own_searches`, `find_by_token`.
Invariants: a query is words and codes, never a language. Nobody is mailed who has not confirmed
that the address is theirs. Each entry is counted once for one saved search, however many there are.
An address stands in a table of its own and goes with the last search that it is for.
"""
