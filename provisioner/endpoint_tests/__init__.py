"""service-test.py: generated from a service's OpenAPI document, and run against the service."""
