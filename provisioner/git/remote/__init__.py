"""The remote: which it is, pushing to it once, why it refuses, and a rebase on what it has."""
