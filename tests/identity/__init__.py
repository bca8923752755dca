"""People and their ways in, on both databases."""
