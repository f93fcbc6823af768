"""A refusal says why, once: the sentence is the tooltip, the API error and the log line.

Being a PermissionDenied, an uncaught one ends as status 403 with the sentence: on the page for what
must not be done, or as ``{"detail": sentence}`` from the JSON addresses.
"""

from __future__ import annotations

from django.core.exceptions import PermissionDenied


class Refusal(PermissionDenied):
    """The person may not do this now; ``str()`` is the sentence to show, in the request's language."""
