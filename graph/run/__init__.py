"""One run, from preflight to its end: resources, execution, resume."""
