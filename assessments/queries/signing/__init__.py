"""Which signatures count, what changed under the others, and the page that shows it."""
