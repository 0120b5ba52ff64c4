from main import report, matrix


def test_report():
    text = report(20000)
    assert len(text.splitlines()) == 20000
    assert text.startswith("000000\n000001")


def test_matrix():
    m = matrix(300)
    assert m == [[i * j for j in range(300)] for i in range(300)]
    assert m[3][4] == 12
    assert sum(map(sum, m)) == sum(range(300)) ** 2
