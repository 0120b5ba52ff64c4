import dataclasses
from dataclasses import FrozenInstanceError, asdict, astuple, fields

import pytest

from main import Release, Version


def test_parse():
    assert Version.parse("3.11-rc1") == Version(3, 11)
    assert Version.parse("3.11-rc1").tag == "rc1"


def test_order_and_keys():
    versions = [Version(2, 1), Version(1, 9), Version(2)]
    assert sorted(versions) == [Version(1, 9), Version(2, 0), Version(2, 1)]
    assert {Version(1): "a", Version(1, tag="x"): "b"} == {Version(1): "b"}
    assert max(versions).minor == 1


def test_frozen():
    with pytest.raises(FrozenInstanceError):
        Version(1).major = 2


def test_bump():
    v = Version(1, 2, "dev")
    assert v.bump() == Version(1, 3)
    assert v.bump().tag == "" and v.tag == "dev"
    assert dataclasses.replace(v, major=9) == Version(9, 2)


def test_release():
    one, two = Release(Version(1)), Release(Version(1))
    one.notes.append("first")
    assert two.notes == []
    assert asdict(one) == {
        "version": {"major": 1, "minor": 0, "tag": ""}, "notes": ["first"], "files": {}
    }
    assert astuple(two) == ((1, 0, ""), [], {})
    assert [f.name for f in fields(Release)] == ["version", "notes", "files"]
    assert repr(two) == "Release(version=Version(major=1, minor=0, tag=''), notes=[])"
    assert dataclasses.is_dataclass(two)
