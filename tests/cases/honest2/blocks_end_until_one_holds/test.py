from main import attempts, Flaky


def test_third_attempt_holds():
    flaky = Flaky(fails=2)
    for attempt in attempts(5):
        with attempt:
            assert flaky.call() == "done"
    assert flaky.calls == 3


def test_first_attempt_holds():
    flaky = Flaky(fails=0)
    for attempt in attempts(5):
        with attempt:
            assert flaky.call() == "done"
    assert flaky.calls == 1
