class TestPlan:
    """A plan of medical tests, not a test of anything."""

    def __init__(self, *names):
        self.names = list(names)

    def test_count(self):
        return len(self.names)

    def next_test(self):
        if not self.names:
            return None
        return self.names.pop(0)


def testable(name):
    return name.isidentifier()
