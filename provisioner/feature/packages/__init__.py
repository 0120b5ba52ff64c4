"""The packages that a feature needs: which, whether they may be installed, and where they are."""
