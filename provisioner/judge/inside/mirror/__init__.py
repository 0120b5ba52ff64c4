"""Stand-ins for the other process's objects, and what may be asked of one's own."""
