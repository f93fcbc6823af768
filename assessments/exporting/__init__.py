"""Submissions as a table in the columns of a national platform, so that nobody types them twice."""
