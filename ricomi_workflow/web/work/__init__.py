"""What waits for a person: My work, and the calendar of what is coming."""
