from unittest.mock import MagicMock

import main


def test_save():
    service = MagicMock()
    service.save.return_value = True
    assert service.save("db", "ann") is True
    service.save.assert_called_once_with("db", "ann")


def test_db():
    db = MagicMock()
    db.insert({"name": "x"})
    db.insert.assert_called_once_with({"name": "x"})
    assert main.save
