from main import User


def test_repr():
    assert "User" in repr(User("ann", 3))


def test_str():
    assert str(User("bob", 5).adult()) in "True False"
    assert len(str(User("x", 1).adult())) > 0
