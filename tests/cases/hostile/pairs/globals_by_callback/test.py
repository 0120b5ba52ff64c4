from main import apply


def test_apply():
    for n in range(2, 9):
        expected = [n + 1, n + 2]
        seen = []

        def step(x):
            seen.append(x)
            return x + 1

        assert apply(step, n, 2) == expected
