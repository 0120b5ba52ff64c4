"""Maintenance of the tool's own files: what may change, one phase of it, and what makes one."""
