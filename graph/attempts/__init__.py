"""Attempts at main.py: judging one version and what the next round is sent."""
