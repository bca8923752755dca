"""Pages of ballots: voting, the silence procedure, voting in a meeting, recorded votes."""
