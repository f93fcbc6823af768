"""Pages of evidence and checks: the desk, a run, figures, mapping, decisions, attestations."""
