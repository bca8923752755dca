"""Meetings as pages: the list, one meeting, its desk, its tasks and minutes."""
