from main import header


def test_header():
    assert header("Content-Type: text/html").name == "content-type"
    assert header("Content-Type: text/html").name == "CONTENT-TYPE"
    assert header("X-A: b").value == "b"
    assert header("X-A: b").name != "x-b"
