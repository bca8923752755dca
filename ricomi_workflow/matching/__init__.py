"""Needs and offers of States, brought together with reasons, and the contact that follows.

Owns `pair`, `pair_event`, `pair_draft`, `pair_search` and `pair_digest`. Verbs: `find_pairs` (the
worker, after a need or an offer was published, confirmed or changed), `contact`, `answer`,
`decline`, `conclude` (focal points of the two States), `begin` (a draft from an entry),
`send_digests` (the worker, once a week). Effects of a request that was begun from an offer:
`conclude_pair`, `complete_pair`. Queries read public entries only: what is not public is never
compared.
Invariants: a score depends on nothing but the two entries, the day and past cooperation, and is the
same from either side; what is stale, over, full, of the same State, or invented beside real is
never a pair; both sides are told of a pair once; each event of a pair stands in both trails, and
neither it nor the sides and points of a pair ever change.
"""
