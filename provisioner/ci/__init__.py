"""Continuous integration: what a push starts elsewhere, watched to its end."""
