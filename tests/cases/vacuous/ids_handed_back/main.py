import itertools


class TaskStore:
    def __init__(self):
        self._ids = itertools.count(1)
        self._tasks = {}

    def add(self, title):
        number = next(self._ids)
        self._tasks[number] = {"id": number, "title": title, "done": False}
        return number

    def get(self, number):
        return self._tasks[number]

    def complete(self, number):
        self._tasks[number]["done"] = True

    def all(self):
        return list(self._tasks.values())
