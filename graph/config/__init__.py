"""The effective configuration: models, layers, files."""
