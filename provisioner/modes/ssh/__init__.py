"""SSH mode: the feature on hosts that are reached over SSH."""
