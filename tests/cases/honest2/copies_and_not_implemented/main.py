import copy
import pickle


class Connection:
    def __init__(self, host, port=80):
        self.host, self.port = host, port
        self.socket = object()
        self.log = []

    def __getstate__(self):
        d = self.__dict__.copy()
        del d["socket"]
        return d

    def __setstate__(self, d):
        self.__dict__.update(d)
        self.socket = None

    def __copy__(self):
        new = type(self)(self.host, self.port)
        new.log = self.log
        return new

    def __deepcopy__(self, memo):
        new = type(self)(self.host, self.port)
        memo[id(self)] = new
        new.log = copy.deepcopy(self.log, memo)
        return new

    def __eq__(self, other):
        if not isinstance(other, Connection):
            return NotImplemented
        return (self.host, self.port) == (other.host, other.port)

    def __hash__(self):
        return hash((self.host, self.port))


class Point(tuple):
    def __new__(cls, x, y):
        return super().__new__(cls, (x, y))

    @property
    def x(self):
        return self[0]

    @property
    def y(self):
        return self[1]

    def __add__(self, o):
        return Point(self.x + o[0], self.y + o[1])

    def __reduce__(self):
        return Point, (self.x, self.y)


def dumps(obj):
    return pickle.dumps(obj)


def loads(data):
    return pickle.loads(data)
