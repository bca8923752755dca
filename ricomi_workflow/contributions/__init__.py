"""What is given to the fund: agreements, pledges, calls for payment, receipts, gifts in kind.

Owns `agreement`, `agreement_amendment`, `contribution` (a pledge), `payment_call`,
`pledge_reduction`, `receipt`, `receipt_part`, `receipt_taken_back`, `receipt_acknowledged`,
`icr_waiver`, `conversion`, `donor_return`, `donor_return_end`, `in_kind`.
Verbs: `agree`, `pledge`, `call_in`, `waive`, `give_in_kind`; `receive`, `receive_from`,
`take_back`, `acknowledge`; `convert`; `amend`, `reduce_pledge`; `prepare_return`, `pay_return`,
`take_back_return`.
Invariants: a pledge is never spendable; what arrives is applied to the donor's pledges oldest
first unless the donor says otherwise; a pledge in another currency keeps it, and US$ is the
currency of the books; indirect cost recovery is charged once, when money arrives; money given for
a purpose stands on an account of its own and pays only for cases inside that purpose; what of it
goes back to its donor one person prepares and another pays.
No act here knows a case: `fund` asks `earmarks` which money may pay for one, and `standing` tells
for which a gift with a purpose paid.
"""
