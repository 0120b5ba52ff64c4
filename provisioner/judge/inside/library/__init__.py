"""What the library does on one side that concerns the other: patched names, texts that are run."""
