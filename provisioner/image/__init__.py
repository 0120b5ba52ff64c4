"""Container images by content: the engine, keys, the decision to build, and the build."""
