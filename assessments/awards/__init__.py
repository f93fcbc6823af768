"""Official results that come as a table, read and held against what is known."""
