import logging

from main import save


def test_logged(caplog):
    with caplog.at_level(logging.INFO):
        assert save("a", 3) is True
    assert caplog.messages == ["saved a=3"]
    assert caplog.records[0].levelno == logging.INFO
