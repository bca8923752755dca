"""Working together: who of an office has a case in hand, what is said about it, kept filters.

Owns `assignment`, `comment`, `comment_mention`, `comment_withdrawal` and `saved_filter`. Verbs:
`assign`, `write_comment`, `withdraw_comment`, `keep_filter`, `set_default_filter`, `drop_filter`.
Queries: `assigned`, `assignment_history`, `comments_of`, `mentionable`, `filters_of`, and the
conditions `assigned_to` and `unassigned` for lists of cases.
Invariants: an assignment belongs to one visit of a state and to an office that is waited for, and
gives no right to act; both histories only grow and are chained by digest; a comment is read by
its audience alone, in every output, since `comments_of` is the only way to it.
"""
