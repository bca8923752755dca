"""A process in words and as a drawing, made from its definition alone."""
