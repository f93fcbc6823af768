"""Workbooks that were not exported from here: a hospital's own Excel of earlier years."""
