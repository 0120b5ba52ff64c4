"""What to act on: read from the line that proves a failure, and from its neighbours."""
