class Positive:
    def __set_name__(self, owner, name):
        self.name = "_" + name

    def __get__(self, obj, kind=None):
        return self if obj is None else getattr(obj, self.name)

    def __set__(self, obj, value):
        if value <= 0:
            raise ValueError(f"{self.name[1:]} must be positive")
        setattr(obj, self.name, value)


class Registry(type):
    known = {}

    def __new__(m, name, bases, ns):
        c = super().__new__(m, name, bases, ns)
        m.known[name] = c
        return c


class Base(metaclass=Registry):
    pass


class Order(Base):
    qty = Positive()

    def __init__(self, qty):
        self.qty = qty


class Singleton:
    _it = None

    def __new__(cls):
        if cls._it is None:
            cls._it = super().__new__(cls)
        return cls._it
