import os


class Journal:
    def __init__(self, path):
        self.path = path

    def write(self, line):
        with open(self.path, "a") as f:
            f.write(line.rstrip("\n") + "\n")

    def lines(self):
        if not os.path.exists(self.path):
            return []
        with open(self.path) as f:
            return f.read().splitlines()

    def __iter__(self):
        return iter(self.lines())
