from http import HTTPStatus

from main import describe


def test_not_found():
    assert describe(404) == f"404 {HTTPStatus.NOT_FOUND.phrase}"


def test_ok():
    assert describe(200) == f"200 {HTTPStatus.OK.phrase}"
