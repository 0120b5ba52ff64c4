"""AZURE mode: the feature as a revision of an Azure Container App."""
