"""Execution: sandbox, judge, services, git and health. No model is known here."""
