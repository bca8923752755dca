"""Who sits in a body and in which office, and which of its rules the Secretariat has confirmed.

Owns `appointment`, `appointment_end`, `rule_confirmation`, `rule_confirmation_end` and
`calendar_reminder`. Which bodies there are, under which names and rules, is reference data
(`bodies`); here stands what the Secretariat records about them:

- `commands.appoint`, `commands.end_appointment`: officers by term, delegates by credential;
- `commands.confirm_rule`, `commands.withdraw_confirmation`: a rule that nobody read, on a document;
- `queries.get_rule`, `queries.require_rule`, guard `rule_confirmed`: whether it may run;
- `commands.send_calendar_reminders`: the year of a body, notified once a year and item.

Invariants: nothing here is changed or deleted, an end is a row of its own; the right to act is the
role that identity keeps, and an appointment never says more than that role gives; a confirmation
names the digest of the rule, so a rule whose data change is unconfirmed again.
"""
