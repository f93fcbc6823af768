"""Whether lies are believed: hospitals with known truth, and who judges them."""
