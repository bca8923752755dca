"""What happens, told to the programs of ministries and administrators: signed, after commit.

Owns `webhook`, `webhook_secret`, `webhook_due`, `webhook_event`, `webhook_delivery` and
`webhook_attempt`.

- a trigger of the trail leaves word in `webhook_due` in the very act, at no statement's cost;
- `events.events_of`: what an entry of the trail tells programs, pure;
- `spreading.spread`: the worker makes a delivery of it for each subscription that may know of it;
- `delivering.deliver`: sends what is due, held by a lease, signed by Standard Webhooks;
- `commands`: subscribe, change the secret, test, send again, stop, resume, end.

Invariants: nothing leaves before commit; an event reaches a subscription once, however many
workers there are, and again only when it was not taken; a subscription is an office's and tells no
more than that office may read when it is sent; no address inside a network is ever reached.
"""
