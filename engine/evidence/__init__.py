"""Evidence that verifies integration: records, rules, counts, verdicts, attestations.

Files and connections are handed in; nothing here knows Django, the clock or the network.
"""
