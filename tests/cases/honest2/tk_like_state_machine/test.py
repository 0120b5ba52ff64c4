import itertools
import unittest

from main import MOVES, BadMove, Document, State


def document_in(state):
    d = Document()
    for step in {State.DRAFT: [], State.REVIEW: [State.REVIEW], State.DONE: [State.REVIEW, State.DONE]}[state]:
        d.move(step)
    return d


class MovesTest(unittest.TestCase):
    def test_every_pair(self):
        allowed = {(State.DRAFT, State.REVIEW), (State.REVIEW, State.DRAFT), (State.REVIEW, State.DONE)}
        for source, target in itertools.product(State, State):
            with self.subTest(source=source, target=target):
                d = document_in(source)
                if (source, target) in allowed:
                    d.move(target)
                    self.assertIs(d.state, target)
                else:
                    with self.assertRaises(BadMove) as caught:
                        d.move(target)
                    self.assertIs(d.state, source)
                    self.assertIs(caught.exception.target, target)

    def test_message(self):
        with self.assertRaisesRegex(BadMove, "^cannot go from DRAFT to DONE$"):
            Document().move(State.DONE)

    def test_history(self):
        d = document_in(State.DONE)
        self.assertEqual(d.history, [(State.DRAFT, State.REVIEW), (State.REVIEW, State.DONE)])
        self.assertEqual(repr(d), "<Document done after 2>")

    def test_table(self):
        self.assertEqual(set(MOVES), set(State))
        self.assertFalse(MOVES[State.DONE])


if __name__ == "__main__":
    unittest.main()
