"""Pages of the mock on-site review: the list, planning, one rehearsal, one case, open points."""
