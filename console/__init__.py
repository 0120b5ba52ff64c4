"""The command line: commands, the live view, the summary."""
