"""Documents of many hospitals asked for at once: choosing, handing over a few at a time, one archive at the end."""
