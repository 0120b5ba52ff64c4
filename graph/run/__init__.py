"""One run: request, preflight, resources, execution, result."""
