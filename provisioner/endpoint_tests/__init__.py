"""service-test.py, generated from a service's OpenAPI document.

`openapi` reads the document, `resources` groups its operations, `examples` and `patterns` make
values that a schema accepts or refuses, `operation_tests` and `resource_tests` decide what to
assert, `source` renders Python, and `writer` assembles the file.
"""

from provisioner.endpoint_tests.openapi import ServiceUnreadable
from provisioner.endpoint_tests.writer import (
    GeneratedTests,
    described_tests,
    generate_service_test,
    write_tests,
)

__all__ = [
    "GeneratedTests",
    "ServiceUnreadable",
    "described_tests",
    "generate_service_test",
    "write_tests",
]
