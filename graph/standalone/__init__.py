"""Steps that a person calls alone, without a run: each a function that a command prints."""
