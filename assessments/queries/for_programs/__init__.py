"""Assessments, evidence and reviews as programs read them: codes instead of words, the same in every language."""
