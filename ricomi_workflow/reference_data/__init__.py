"""Reference data: states and their dated status, observers, committees, seats, decision rules.

Owns no tables. `reference/*.yaml` is read once, strictly, into frozen values:

- `loader.load()` returns the `Reference`: states, observers, bodies, topics, populations,
  modalities, each with its source;
- `membership.electorate(body, reference, day)` computes who is counted on a day, and why not the
  rest;
- `decision_rules.Rule` is the decision rule of a body as data, with citations and an unconfirmed
  mark;
- `country_names` holds the names of countries from CLDR and their alphabetical order;
- `calendars.secretariat_calendar()` returns the working days in which deadlines are counted.

Invariants: the periods of a state follow each other without gap or overlap; nothing here depends on
the present day, only on the day that is asked for; an unconfirmed fact is marked.
"""
