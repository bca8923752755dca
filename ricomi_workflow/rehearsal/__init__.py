"""Rehearsals: the demonstration and the simulation, played through the real verbs.

`cast` makes the people, `answers` fills the forms, `demo` tells one story, `simulation` lets
random actors act. Everything made here is marked illustrative and says so on every page.
"""
