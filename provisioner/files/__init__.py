"""Files, temporary folders and the workspace on disk."""
