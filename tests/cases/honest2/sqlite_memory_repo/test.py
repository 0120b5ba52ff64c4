import sqlite3

import pytest

from main import Duplicate, Users


@pytest.fixture
def users():
    connection = sqlite3.connect(":memory:")
    yield Users(connection)
    connection.close()


def test_add_and_find(users):
    ann = users.add("ann")
    assert users.find(ann) == {"id": ann, "name": "ann"}
    assert users.find(99) is None


def test_sorted(users):
    for name in ("cid", "ann", "bob"):
        users.add(name)
    assert users.names() == ["ann", "bob", "cid"]


def test_duplicate(users):
    users.add("ann")
    with pytest.raises(Duplicate) as info:
        users.add("ann")
    assert isinstance(info.value.__cause__, sqlite3.IntegrityError)
    assert users.names() == ["ann"]
