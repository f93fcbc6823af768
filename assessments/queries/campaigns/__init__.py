"""Reading yearly cycles: the board of a bureau, the part of a hospital."""
