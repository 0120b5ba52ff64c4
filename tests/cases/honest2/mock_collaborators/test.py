from unittest.mock import ANY, MagicMock, Mock, call

import pytest

from main import Signup


@pytest.fixture
def parts():
    repo, mailer = Mock(name="repo"), Mock(name="mailer")
    repo.find.return_value = None
    return repo, mailer


def test_register(parts):
    repo, mailer = parts
    assert Signup(repo, mailer, lambda: 5).register("a@b.c") is True
    repo.save.assert_called_once_with({"email": "a@b.c", "at": 5})
    mailer.send.assert_called_once_with("a@b.c", subject=ANY)
    assert mailer.send.call_args.kwargs["subject"] == "Welcome"
    repo.mark.assert_not_called()


def test_known(parts):
    repo, mailer = parts
    repo.find.return_value = {"email": "x"}
    assert Signup(repo, mailer, MagicMock()).register("x") is False
    mailer.send.assert_not_called()
    assert not repo.save.called


def test_mail_fails(parts):
    repo, mailer = parts
    mailer.send.side_effect = [ConnectionError("down"), None]
    signup = Signup(repo, mailer, Mock(return_value=1))
    assert signup.register("a") and signup.register("b")
    repo.mark.assert_called_once_with("a", mailed=False)


def test_order():
    repo = MagicMock()
    Signup(repo, None, None).purge(["a", "b"])
    assert repo.mock_calls == [call.delete("a"), call.delete("b"), call.commit()]
    assert repo.delete.call_count == 2
