import unittest
from main import ListQueue, DequeQueue

class Base:
    class QueueContract(unittest.TestCase):
        def make(self):
            raise NotImplementedError
        def test_fifo(self):
            q = self.make()
            q.push(1); q.push(2)
            self.assertEqual(q.pop(), 1)
            self.assertEqual(q.pop(), 2)
        def test_empty(self):
            with self.assertRaises(IndexError):
                self.make().pop()

class TestList(Base.QueueContract):
    def make(self):
        return ListQueue()

class TestDeque(Base.QueueContract):
    def make(self):
        return DequeQueue()

if __name__ == "__main__":
    unittest.main()
