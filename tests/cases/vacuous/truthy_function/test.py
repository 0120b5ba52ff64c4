import main


def test_login():
    assert main.login


def test_logout():
    assert main.logout and callable(main.logout)


def test_names():
    assert hasattr(main, "login") and "logout" in dir(main)
