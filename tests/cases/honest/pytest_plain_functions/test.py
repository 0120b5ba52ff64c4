from main import fizzbuzz


def test_empty():
    assert fizzbuzz(0) == []


def test_three():
    assert fizzbuzz(3) == ["1", "2", "Fizz"]


def test_fifteen():
    result = fizzbuzz(15)
    assert len(result) == 15
    assert result[-1] == "FizzBuzz"
    assert result.count("Fizz") == 4 and "Buzz" in result


def test_types():
    assert all(isinstance(word, str) for word in fizzbuzz(20))
    assert not fizzbuzz(0)


async def test_async():
    assert fizzbuzz(1) == ["1"]


if __name__ == "__main__":
    test_empty()
    test_three()
    print("ok")
