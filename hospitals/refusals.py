"""A refusal says why, once: the sentence is the tooltip, the API error and the log line."""

from __future__ import annotations


class Refusal(Exception):
    """The person may not do this now; ``str()`` is the sentence to show, in the request's language."""
