"""Overfitting: main.py that knows the tests' answers instead of working them out."""

from provisioner.quality.overfitting.look import overfitted

__all__ = ["overfitted"]
