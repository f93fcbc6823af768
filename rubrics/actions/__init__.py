from rubrics.actions.approving import approve_table
from rubrics.actions.confirming import FlagsRefused, confirm_flags, withdraw_confirmation
from rubrics.actions.publishing import LIBRARY, Publication, publish, publish_library

__all__ = [
    "LIBRARY",
    "FlagsRefused",
    "Publication",
    "approve_table",
    "confirm_flags",
    "publish",
    "publish_library",
    "withdraw_confirmation",
]
