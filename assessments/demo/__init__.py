"""Demo data of the embedded installation: deterministic, placeholders only, laid once."""
