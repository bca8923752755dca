"""Bodies: the states and their dated status, observers, committees, seats and rules of decision.

Owns no tables. `reference/*.yaml` is read once, strictly, into frozen values:

- `reference.load()` gives the `Reference`: states, observers, bodies, topics, populations,
  modalities, each with its source;
- `rules.electorate(body, reference, day)` computes who is counted on a day, and why not the rest;
- `decision_rule.Rule` is the rule of a body as data, with citations and an unconfirmed mark;
- `names` gives the names of countries from CLDR and their alphabetical order;
- `calendar.secretariat_calendar()` gives the working days in which deadlines are counted.

Invariants: the periods of a state follow each other without gap or overlap; nothing here depends on
the present day, only on the day that is asked for; a fact that nobody confirmed says so.
"""
