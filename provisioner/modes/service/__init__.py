"""SERVICE mode: the feature as a local process in the sandbox, deployed or on trial."""
