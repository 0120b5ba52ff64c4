import pytest

from main import ApiError, Invalid, NotFound, check_all, get, validate


def test_not_found():
    with pytest.raises(NotFound) as info:
        get({"b": 1, "a": 2}, "z")
    assert info.value.code == 404
    assert str(info.value) == "[404] no z"
    assert isinstance(info.value.__cause__, KeyError)
    assert info.value.__notes__ == ["keys are ['a', 'b']"]
    assert info.type is NotFound


def test_is_lookup_error():
    with pytest.raises(LookupError):
        get({}, 1)
    assert issubclass(NotFound, ApiError)
    assert NotFound.__mro__[1:3] == (ApiError, LookupError)


def test_invalid():
    with pytest.raises(ApiError, match=r"^\[422\] 2 errors$") as info:
        validate({})
    assert info.value.errors == {"name": "required", "age": "required"}
    assert validate({"name": "a", "age": 1}) is None


def test_own_code():
    assert ApiError("x", code=418).code == 418
    assert repr(ApiError("x")) == "ApiError('x')"
    assert ApiError("a").args == ("a",)


def test_group():
    with pytest.raises(ExceptionGroup) as info:
        check_all([lambda: 1, lambda: get({}, "k"), lambda: int("x")])
    kinds = [type(e) for e in info.value.exceptions]
    assert kinds == [NotFound, ValueError]
    match, rest = info.value.split(NotFound)
    assert len(match.exceptions) == len(rest.exceptions) == 1


def test_except_star():
    seen = []
    try:
        check_all([lambda: get({}, "k"), lambda: 1 / 0])
    except* LookupError as group:
        seen.append(("lookup", len(group.exceptions)))
    except* ArithmeticError as group:
        seen.append(("arithmetic", len(group.exceptions)))
    assert seen == [("lookup", 1), ("arithmetic", 1)]
