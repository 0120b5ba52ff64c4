"""Maintenance of the tool's own files: what a patch would make, and taking it back."""
