"""Organisations and the own account over HTTP."""
