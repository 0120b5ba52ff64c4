from pathlib import Path

import pytest

from main import by_kind, dearest, load

DATA = Path(__file__).with_name("goods.csv")


def test_load():
    rows = load(DATA)
    assert len(rows) == 3
    assert rows[1] == {"name": "bread, white", "kind": "food", "price": 2.25}


def test_dearest():
    assert dearest(DATA) == "cake"


def test_by_kind():
    assert by_kind(str(DATA)) == {"drink": ["tea"], "food": ["bread, white", "cake"]}


def test_missing(tmp_path):
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "none.csv")
