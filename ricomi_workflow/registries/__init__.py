"""Registries: the facts about states with which the network begins.

Owns nothing in the database. `starter` reads `reference/starter/`, where each fact has its source;
`seeding` opens cases of the kinds that are registries as the Secretariat and records them.
Invariants: a record is opened once, however often it is asked for; nothing is written before every
record fits its form.
"""
