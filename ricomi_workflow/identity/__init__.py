"""People: who they are, which roles they hold for which state, how they sign in.

Owns `user`, `role_grant`, `one_time_link`, `sign_in_attempt`, `api_token`, `instance`.
Invariants: a password is only ever stored as an Argon2id hash and is set by its owner; links and
tokens are stored as digests; a role is dated and its history stays.
"""
