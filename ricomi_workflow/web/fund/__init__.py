"""The fund as pages: its desk, gifts, bank, periods and statements."""
