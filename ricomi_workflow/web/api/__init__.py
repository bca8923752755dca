"""The JSON API: the same verbs and rights as the pages, for programs.

An `Operation` (`operations.py`) is one row of the table that both serves a request and writes the
OpenAPI document (`document.py`), so the two cannot differ. Who calls is told by a bearer token
(`caller.py`), never by a cookie. A write is one act: the idempotency key is looked up first, the
answer is stored last, all in the transaction of the act.
"""
