from enum import Enum, auto


class State(Enum):
    DRAFT = auto()
    REVIEW = auto()
    DONE = auto()


class BadMove(Exception):
    def __init__(self, source, target):
        super().__init__(source, target)
        self.source, self.target = source, target

    def __str__(self):
        return f"cannot go from {self.source.name} to {self.target.name}"


MOVES = {State.DRAFT: {State.REVIEW}, State.REVIEW: {State.DRAFT, State.DONE}, State.DONE: set()}


class Document:
    def __init__(self):
        self.state = State.DRAFT
        self.history = []

    def move(self, target):
        if target not in MOVES[self.state]:
            raise BadMove(self.state, target)
        self.history.append((self.state, target))
        self.state = target

    def __repr__(self):
        return f"<Document {self.state.name.lower()} after {len(self.history)}>"
