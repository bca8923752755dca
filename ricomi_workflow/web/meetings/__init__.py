"""Pages of meetings: the list, one meeting, its administration, its tasks and minutes."""
