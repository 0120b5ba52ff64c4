"""Text from outside: read within limits, checked, and made fit to show. Every room needs it."""
