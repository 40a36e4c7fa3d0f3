"""Functions that travel to a server of another Python: constructs, readers, a server of its own."""
