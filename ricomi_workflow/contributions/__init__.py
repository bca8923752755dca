"""Contributions to the fund: agreements, pledges, calls for funds, receipts, in kind.

Owns `agreement`, `agreement_amendment`, `contribution` (a pledge), `payment_call`,
`pledge_reduction`, `receipt`, `receipt_part`, `receipt_taken_back`, `receipt_acknowledged`,
`icr_waiver`, `conversion`, `donor_return`, `donor_return_end`, `in_kind`.
Commands: `record_agreement`, `record_pledge`, `issue_call`, `record_waiver`, `record_in_kind`;
`record_receipt`, `record_donor_receipt`, `reverse_receipt`, `record_acknowledgement`;
`convert_currency`; `amend_agreement`, `reduce_pledge`; `prepare_return`, `pay_return`,
`withdraw_return`.
Invariants: a pledge is never spendable; what arrives is applied to the donor's pledges oldest
first unless the donor says otherwise; a pledge in another currency keeps it, and US$ is the
currency of the books; indirect cost recovery is charged once, when money arrives; money given for
a purpose stands on an account of its own and pays only for cases inside that purpose; what of it
goes back to its donor one person prepares and another pays.
No command here knows a case: `fund.funding_sources` decides which money may pay for one, and
`ContributionBalance` says for which cases an earmarked contribution paid.
"""
