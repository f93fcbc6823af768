"""A bureau's yearly cycle: its days, and lists of hospitals that are to take part."""
