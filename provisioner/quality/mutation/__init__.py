"""Tests that are themselves tested: mutants of main.py, coverage, and what to do about gaps."""
