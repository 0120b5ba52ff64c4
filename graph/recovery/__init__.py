"""Recovery from a failure: the action, its limits, where the run goes on, what is learned."""
