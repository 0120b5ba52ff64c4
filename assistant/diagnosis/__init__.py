"""What failed, by rules alone, and what is done about it."""
