"""A case as pages: what its reader may see of it and do in it, alone, in lists and on the board."""
