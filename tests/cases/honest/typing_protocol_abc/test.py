import abc
import unittest
from typing import Protocol, runtime_checkable, get_type_hints
import main
@runtime_checkable
class Speaker(Protocol):
    def speak(self) -> str: ...
class FakeRepo(main.Repo):
    def __init__(self): self.rows = {}
    def get(self, k): return self.rows.get(k)
    def put(self, k, v): self.rows[k] = v
class T(unittest.TestCase):
    def test_abc(self):
        self.assertTrue(issubclass(main.Repo, abc.ABC))
        with self.assertRaises(TypeError):
            main.Repo()
        with self.assertRaisesRegex(TypeError, "abstract"):
            main.Repo()
    def test_service(self):
        repo = FakeRepo()
        main.Service(repo).rename("k", "v")
        self.assertEqual(repo.rows, {"k": "V"})
    def test_protocol(self):
        self.assertIsInstance(main.Dog(), Speaker)
        self.assertEqual(main.Dog().speak(), "woof")
    def test_hints(self):
        self.assertEqual(get_type_hints(main.Service.rename)["key"], str)
if __name__ == "__main__":
    unittest.main()
