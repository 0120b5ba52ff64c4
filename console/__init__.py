"""What a person types and sees: commands, the live view, reports."""
