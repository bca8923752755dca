"""A person's account and office: who they are, their tokens, their inbox, who stands in."""
