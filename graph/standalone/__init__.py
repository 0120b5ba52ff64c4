"""Commands without a run, each a function whose result a command prints."""
