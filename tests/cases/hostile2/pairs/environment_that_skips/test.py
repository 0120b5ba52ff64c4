import os

import pytest

from main import slugify, shorten

slow = pytest.mark.skipif(os.environ.get("FAST") == "1", reason="takes long")


def test_short():
    assert shorten("abc", 5) == "abc"


@slow
def test_slug():
    assert slugify("Hello, World!") == "hello-world"


@slow
def test_shorten():
    assert shorten("abcdefgh", 5) == "ab..."
