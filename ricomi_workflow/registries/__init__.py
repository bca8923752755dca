"""Registries: the facts about states that the network keeps.

Owns nothing in the database. `starter` reads `reference/starter/`, the facts with which the network
begins, each with its source, opens cases of the kinds that are registries as the Secretariat and
records them. `statistics` reads the published figures on migration, by indicator, State and source.
Invariants: a record is opened once, however often it is asked for; nothing is written before every
record fits its form; figures of two sources are never added up.
"""
