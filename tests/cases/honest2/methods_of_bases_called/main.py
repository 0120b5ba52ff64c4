class Animal:
    def __init__(self, name):
        self.name = name

    def speak(self, loud=False):
        return f"{self.name}: ...{'!' * loud}"

    async def come(self):
        return f"{self.name} comes"


class Dog(Animal):
    def speak(self, loud=False):
        return f"{super().speak(loud)} wuff"

    async def come(self):
        return f"{await super().come()} at once"


class Puppy(Dog):
    pass


def all_speak(animals):
    return [one.speak() for one in animals]
