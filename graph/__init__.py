"""What happens next: the LangGraph workflow of one feature."""
