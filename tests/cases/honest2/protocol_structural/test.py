from main import Animal, Dog, choir


class Cat:
    name = "Tom"

    def speak(self):
        return "meow"


class Stone:
    name = "Pebble"


def test_structural():
    assert isinstance(Dog(), Animal)
    assert isinstance(Cat(), Animal)
    assert not isinstance(Stone(), Animal)


def test_choir():
    assert choir([Dog(), Stone(), Cat()]) == "Rex: wuff, Tom: meow"
    assert choir([]) == ""


def test_instance_attribute():
    cat = Cat()
    cat.name = "Kit"
    assert choir([cat]) == "Kit: meow"
