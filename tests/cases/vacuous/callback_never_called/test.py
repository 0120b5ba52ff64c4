from main import each


def test_each():
    def action(item):
        assert item == "never looked at"

    each([], action)


def test_seen():
    seen = []
    each([], seen.append)
    assert seen == []
