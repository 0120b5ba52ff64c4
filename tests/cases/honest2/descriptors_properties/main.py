class Positive:
    def __set_name__(self, owner, name):
        self.name = "_" + name

    def __get__(self, instance, owner):
        return self if instance is None else getattr(instance, self.name)

    def __set__(self, instance, value):
        if value <= 0:
            raise ValueError(f"{self.name[1:]} must be positive")
        setattr(instance, self.name, value)


class Box:
    width = Positive()
    height = Positive()
    made = 0

    def __init__(self, width, height):
        self.width, self.height = width, height
        type(self).made += 1

    @property
    def area(self):
        """Width by height."""
        return self.width * self.height

    @area.setter
    def area(self, value):
        self.height = value / self.width

    @area.deleter
    def area(self):
        self.height = 1

    @classmethod
    def square(cls, side):
        return cls(side, side)

    @staticmethod
    def unit():
        return "cm"
