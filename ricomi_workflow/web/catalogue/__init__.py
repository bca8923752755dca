"""The public catalogue as pages: results, entries, who confirms them, what fits them, the news."""
