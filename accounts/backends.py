"""Sign-in with back-off."""

from django.contrib.auth.backends import ModelBackend


class BackOffBackend(ModelBackend):
    """Password sign-in; the waiting time after failures is kept by accounts.sign_in."""
