"""Reading the rectification ledger: proposals, the list with its board, one entry, proofs, what is a person's own."""
