"""What a test file holds, whatever its style."""
