class IdMaker:
    def __init__(self):
        self._n = 0

    def next(self):
        self._n += 1
        return self._n
