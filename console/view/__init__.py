"""What is shown on the terminal while a run goes on and at its end."""
