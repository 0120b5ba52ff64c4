from main import each

EXPECTED = {"total": 6}


def test_each():
    seen = []
    wanted = [2, 4, 6]

    def take(n):
        """Collects."""
        seen.append(n)

    result = each([1, 2, 3], take)
    assert seen == wanted
    assert result == EXPECTED["total"]
