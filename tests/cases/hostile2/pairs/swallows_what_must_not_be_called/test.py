from unittest.mock import Mock

import pytest

from main import Bus


def forbidden(event):
    pytest.fail(event)


def test_other_events():
    bus, seen = Bus(), []
    bus.on("open", seen.append)
    bus.on("close", forbidden)
    bus.emit("open")
    assert seen == ["open"]


def test_removed():
    bus, seen = Bus(), []
    late = Mock(side_effect=AssertionError("it was removed"))
    bus.on("open", late)
    bus.on("open", seen.append)
    bus.off("open", late)
    bus.emit("open")
    assert seen == ["open"]
