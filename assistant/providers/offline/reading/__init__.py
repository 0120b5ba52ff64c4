"""From requirements in plain English to what was understood."""
