"""Proofs beyond green tests: mutants, hidden tests, overfitting."""
