"""What is given to the fund: agreements, pledges, calls for payment, receipts, gifts in kind.

Owns `agreement`, `contribution` (a pledge), `payment_call`, `receipt`, `receipt_part`,
`receipt_taken_back`, `icr_waiver`, `conversion`, `in_kind`.
Verbs: `agree`, `pledge`, `call_in`, `waive`, `give_in_kind`; `receive`, `receive_from`,
`take_back`; `convert`.
Invariants: a pledge is never spendable; what arrives is applied to the donor's pledges oldest
first unless the donor says otherwise; a pledge in another currency keeps it, and US$ is the
currency of the books; indirect cost recovery is charged once, when money arrives; money given for
a purpose stands on an account of its own and pays only for cases inside that purpose.
Nothing here knows a case: `fund` asks `earmarks` which money may pay for one.
"""
