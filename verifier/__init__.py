"""The program that verifies records of decisions, as people take it away."""
