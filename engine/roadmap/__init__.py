"""From gap to plan: which item goes to which level, how far, in which order (ROADMAP).

The way in is :func:`engine.roadmap.plan.make_plan`. Everything is decided on whole numbers and proven by an
exact solver; every result names the assumptions it rests on.
"""
