"""Pages of planning the way up."""
