"""Writing: one function, one verb, one transaction, one event."""
