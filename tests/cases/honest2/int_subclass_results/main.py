class Celsius(float):
    def __new__(cls, value):
        if value < -273.15:
            raise ValueError("too cold")
        return super().__new__(cls, value)

    @property
    def fahrenheit(self):
        return self * 9 / 5 + 32

    def __repr__(self):
        return f"{float(self):g}°C"


class Id(str):
    def __new__(cls, text):
        return super().__new__(cls, text.strip().lower())

    @property
    def parts(self):
        return self.split("-")


class Bag(dict):
    def __missing__(self, key):
        return 0

    def add(self, key):
        self[key] += 1
        return self


class History(list):
    def append(self, item):
        if not self or self[-1] != item:
            super().append(item)


class Flags(int):
    def has(self, bit):
        return bool(self >> bit & 1)
