"""A refusal says why, once: the same sentence is the tooltip, the API's error and the log line."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied


class Refusal(PermissionDenied):
    """The person may not do this now; ``str()`` is the sentence to show, in the request's language.

    A refusal nobody catches becomes the 403 page with its sentence.
    """
