from main import Stack, Bag
class Contract:
    factory = None
    def test_len(self):
        c = self.factory()
        c.add(1); c.add(2)
        assert len(c) == 2
    def test_empty(self):
        assert len(self.factory()) == 0
class TestStack(Contract):
    factory = Stack
class TestBag(Contract):
    factory = Bag
