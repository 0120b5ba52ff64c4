"""Programs that run in containers, by the interpreter there; they import nothing of ours."""
