"""Model calls, prompts, budgets and diagnosis. Models return content, never a command."""
