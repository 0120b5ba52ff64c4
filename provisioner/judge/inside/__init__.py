"""What runs inside the sandboxes: the standard library only, and pytest where the tests want it."""
