"""Made-up data packages: hospitals whose records really agree, and hospitals that only look so.

Everything is derived from the catalogue: a *case* is one course of business, every record type tells its
part of it, and whatever a rule compares is the same function of the case. Nothing here is about real people.
"""
