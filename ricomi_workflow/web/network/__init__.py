"""The map, the table of the network, and the pages of states, topics and populations."""
