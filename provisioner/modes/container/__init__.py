"""CONTAINER mode: the feature in a container of an engine, behind a proxy."""
