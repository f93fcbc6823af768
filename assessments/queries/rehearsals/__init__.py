"""Pages of rehearsals: what may be drawn, the list, one rehearsal, one case, what is still open."""
