import asyncio
from types import SimpleNamespace
from unittest.mock import patch

from main import Animal, Dog, Puppy, all_speak


def test_overridden():
    assert Dog("Rex").speak() == "Rex: ... wuff"
    assert Puppy("Kim").speak(loud=True) == "Kim: ...! wuff"


def test_by_the_base():
    assert Animal.speak(Dog("Rex")) == "Rex: ..."
    assert Animal.speak(Puppy("Kim"), loud=True) == "Kim: ...!"
    assert Dog.speak(Puppy("Kim")) == "Kim: ... wuff"


def test_super():
    dog = Dog("Rex")
    assert super(Dog, dog).speak() == "Rex: ..."
    assert super(Puppy, Puppy("Kim")).speak() == "Kim: ... wuff"


def test_awaited():
    assert asyncio.run(Dog("Rex").come()) == "Rex comes at once"
    assert asyncio.run(Animal.come(Dog("Rex"))) == "Rex comes"


def test_of_anything():
    assert Animal.speak(SimpleNamespace(name="A stone")) == "A stone: ..."


def test_kept_and_replaced():
    original = Animal.speak
    with patch.object(Animal, "speak", lambda self, loud=False: original(self, True)):
        assert all_speak([Dog("Rex"), Puppy("Kim")]) == ["Rex: ...! wuff", "Kim: ...! wuff"]
    assert all_speak([Dog("Rex")]) == ["Rex: ... wuff"]
