"""Demo data of the embedded installation: deterministic, placeholders only, laid once."""

from assessments.demo.lay import lay_demo, sign_ins
from assessments.demo.people import DEMO_PASSWORD

__all__ = ["DEMO_PASSWORD", "lay_demo", "sign_ins"]
