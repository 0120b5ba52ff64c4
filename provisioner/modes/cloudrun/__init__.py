"""CLOUDRUN mode: the feature as a revision of a service on Google Cloud Run."""
