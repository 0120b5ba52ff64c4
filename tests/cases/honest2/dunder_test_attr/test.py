from main import TestPlan, testable

TestPlan.__test__ = False
testable.__test__ = False


class TestOfPlan:
    def test_counts(self):
        assert TestPlan("blood", "eyes").test_count() == 2
        assert TestPlan().test_count() == 0

    def test_next(self):
        plan = TestPlan("blood", "eyes")
        assert [plan.next_test(), plan.next_test(), plan.next_test()] == ["blood", "eyes", None]


class TestHelper:
    __test__ = False

    def test_never(self):
        assert False


def test_testable():
    assert testable("a1") and not testable("1a")
