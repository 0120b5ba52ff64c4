"""Places where a feature runs."""
