"""Whether a report says what its own data say: what travels inside a PDF, and the check of what comes back."""
