"""Submissions that travel as a file between two installations: written here, read there."""
