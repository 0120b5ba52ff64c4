"""Isolation for generated code: a ladder of ways, chosen by probing this machine."""
