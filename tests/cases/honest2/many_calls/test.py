from main import Lcg, collatz


def test_many_steps():
    longest = 0
    for start in range(1, 2500):
        n, steps = start, 0
        while n != 1:
            n = collatz(n)
            steps += 1
        longest = max(longest, steps)
    assert longest == 208


def test_generator():
    rng = Lcg(1)
    seen = [rng.next() for _ in range(20_000)]
    assert seen[0] == 1103527590
    assert len(set(seen)) == 20_000
    assert rng.state == seen[-1]
