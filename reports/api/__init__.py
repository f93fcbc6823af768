"""Results, documents, jobs and comparisons over HTTP."""
