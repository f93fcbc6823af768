"""What each page of the library shows: frozen objects, made without a query."""
