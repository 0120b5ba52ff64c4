"""From what was understood to Python source."""
