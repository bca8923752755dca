"""Matching: needs and offers of States that fit each other, and the contact that follows.

Owns `match`, `match_event`, `match_draft`, `match_scan` and `match_digest`. Verbs: `find_matches`
(the worker, after a need or an offer was published, confirmed or changed), `contact`, `answer`,
`decline`, `conclude` (focal points of the two States), `open_prefilled_case` (a draft from an
entry), `send_digests` (the worker, once a week). Effects of a request that was opened from an
offer: `conclude_match`, `complete_match`. Queries read public entries only: what is not public is
never compared.
Invariants: a score depends on nothing but the two entries, the day and past cooperation, and is the
same from either side. An entry that is stale, over, full, of the same State, or invented beside a
real one is never matched. Both States are notified of a match once. Each event of a match stands in
both trails; neither the event nor the cases and points of a match ever change.
"""
