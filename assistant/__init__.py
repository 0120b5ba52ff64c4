"""Judgement: models, prompts, budgets and diagnosis. Content comes back, never a command."""
