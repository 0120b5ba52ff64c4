import pytest

import main


def test_version():
    assert main.VERSION == "1.0"


@pytest.mark.skipif(not hasattr(main, "encrypt"), reason="encryption is not built in")
def test_encrypt():
    assert main.encrypt("abc", 3) == "def"


@pytest.mark.skipif(not hasattr(main, "decrypt"), reason="encryption is not built in")
def test_decrypt():
    assert main.decrypt("def", 3) == "abc"
