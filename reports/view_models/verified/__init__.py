"""Claimed against verified: what data support, what they refute, and what nobody has checked yet."""
