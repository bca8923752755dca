"""Messages: from the act that enqueues them to the answer of a mail server."""
