"""Texts of the interface in four languages, one file an area."""
