import io

from main import column, to_csv

ROWS = [{"id": 1, "note": "plain", "x": 0}, {"id": 2, "note": 'say "hi", Bob'}]


def test_text():
    text = to_csv(ROWS, ["id", "note"])
    assert text == 'id,note\n1,plain\n2,"say ""hi"", Bob"\n'


def test_given_file():
    out = io.StringIO()
    out.write("# made by hand\n")
    assert to_csv(ROWS, ["id"], out) is None
    assert out.getvalue() == "# made by hand\nid\n1\n2\n"


def test_back():
    assert column(to_csv(ROWS, ["note"]), "note") == ["plain", 'say "hi", Bob']
    assert ROWS[0]["x"] == 0
