import unittest

from main import TaskStore


class TestTaskStore(unittest.TestCase):
    def setUp(self):
        self.store = TaskStore()

    def test_add(self):
        task_id = self.store.add("write tests")
        self.assertIsNotNone(task_id)

    def test_get(self):
        task_id = self.store.add("write tests")
        task = self.store.get(task_id)
        self.assertIsNotNone(task)
        self.assertIsInstance(task, dict)

    def test_complete(self):
        task_id = self.store.add("x")
        self.store.complete(task_id)
        task = self.store.get(task_id)
        self.assertIsInstance(task, dict)

    def test_list(self):
        self.store.add("a")
        self.assertIsInstance(self.store.all(), list)


if __name__ == "__main__":
    unittest.main()
