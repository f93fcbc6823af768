"""Pages: load through visible_to, check, one action or query, one page object."""
