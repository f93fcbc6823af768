"""Tables of a database as canonical tables, where they are: nothing is copied, no row leaves."""

from assessments.probes.in_place.opening import InPlace, open_in_place

__all__ = ["InPlace", "open_in_place"]
