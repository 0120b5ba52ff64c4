class User:
    def __init__(self, name, age):
        self.name, self.age = name, age

    def adult(self):
        return self.age >= 18
