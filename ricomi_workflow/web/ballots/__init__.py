"""How a committee decides, as pages: ballots, silence, the room, bodies and their decisions."""
