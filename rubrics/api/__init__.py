"""Standards over HTTP: any key reads them."""
