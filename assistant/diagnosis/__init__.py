"""Diagnosis of failures by rules, and the action on each kind."""
