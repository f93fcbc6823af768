"""Evidence that verifies integration: records, rules, counts, verdicts, attestations.

Files and connections are handed in; nothing here knows Django, the clock or the network.
"""

#: Moves when any count can move; stored counts and findings carry it.
EVIDENCE_ENGINE_VERSION = "1.0.0"
