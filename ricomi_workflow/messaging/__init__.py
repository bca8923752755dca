"""Messages: an inbox entry and an outbox row in the act's own transaction, delivered later.

Owns `message` (the inbox) and `delivery` (the outbox). Verbs: `enqueue`; the worker delivers.
Invariants: nothing leaves before commit; what the inbox shows and what the mail says is the same
message, in the reader's language; acceptance by the mail provider is recorded, not assumed.
"""
