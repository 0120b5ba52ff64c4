import unittest
from main import Node


class TreeTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tree = Node(1, [Node(2, [Node(4)]), Node(3)])

    def test_walk(self):
        self.assertEqual(list(self.tree.walk()), [1, 2, 4, 3])
        self.assertCountEqual(self.tree.walk(), [4, 3, 2, 1])
        self.assertEqual(set(self.tree.walk()), {1, 2, 3, 4})

    def test_depth(self):
        self.assertEqual(self.tree.depth(), 3)
        self.assertEqual(Node(0).depth(), 1)

    def test_dict(self):
        self.assertEqual(
            Node(1, [Node(2)]).to_dict(), {"value": 1, "children": [{"value": 2, "children": []}]}
        )

    def test_find(self):
        self.assertEqual(self.tree.find(4).value, 4)
        self.assertIsNone(self.tree.find(9))
        self.assertIs(self.tree.find(1), self.tree)
