"""Pure functions: a signature, examples, and a rule that satisfies them."""
