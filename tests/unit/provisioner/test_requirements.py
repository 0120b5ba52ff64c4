"""What is added to a requirements.txt; what is there stays as it is, byte for byte."""

import pytest

from provisioner.feature.scaffold import with_dependencies


@pytest.mark.parametrize(
    ("before", "names", "after"),
    [
        (b"", ["httpx"], b"httpx\n"),
        (b"fastapi\n", ["httpx", "httpx"], b"fastapi\nhttpx\n"),
        (b"fastapi", ["httpx"], b"fastapi\nhttpx\n"),
        (b"fastapi\r\n# mine\r\n", ["httpx"], b"fastapi\r\n# mine\r\nhttpx\r\n"),
        (b"FastAPI>=0.1  # pinned\r\n", ["fastapi"], b"FastAPI>=0.1  # pinned\r\n"),
        (b"fastapi", [], b"fastapi"),
    ],
)
def test_only_what_is_missing_is_added(before: bytes, names: list[str], after: bytes) -> None:
    assert with_dependencies(before, names) == after
