"""Between the database and the probes: bundles laid out as a package, screened, counted."""
