"""JSON for the pages' own modules: the autosave protocol."""
