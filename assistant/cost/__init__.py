"""Prices of calls and the budget of a run."""
