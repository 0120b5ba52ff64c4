"""service-test.py written from what a service tells of itself.

`openapi` reads the description, `resources` sees which operations belong together, `examples`
and `patterns` make values that a schema takes or refuses, `operation_tests` and `resource_tests`
decide what to assert, `source` words it in Python, and `writer` puts the file together.
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
