from unittest.mock import Mock, call, patch

import pytest

from main import Gateway, Patient, Shop


def test_class_method_is_wrapped():
    with patch.object(Gateway, "of_settings", wraps=Gateway.of_settings) as made:
        assert Gateway.of_settings({"url": "u"}).url == "u"
    made.assert_called_once_with({"url": "u"})
    assert Gateway.of_settings({"url": "v"}).url == "v"


def test_method_of_an_object_is_wrapped():
    gateway = Gateway("u")
    with patch.object(gateway, "charge", wraps=gateway.charge) as charge:
        assert Shop(gateway).sell(1, 5) == [3, 7]
    assert charge.call_args_list == [call(1), call(5)]
    assert Shop(gateway).sell(1) == [3]


def test_original_is_called_by_what_replaces_it(monkeypatch):
    original = Gateway.charge
    seen = []

    def noted(self, amount):
        seen.append(amount)
        return original(self, amount) * 10

    monkeypatch.setattr(Gateway, "charge", noted)
    assert Shop(Gateway("u")).sell(1, 2) == [30, 40]
    assert seen == [1, 2]


def test_static_method_is_wrapped():
    with patch.object(Gateway, "signed", side_effect=Gateway.signed) as signed:
        assert Gateway("u").signed("abc") == "cba"
    signed.assert_called_once_with("abc")


def test_spy():
    spy = Mock(wraps=Patient("u"))
    assert Shop(spy).sell(4) == [5]
    with pytest.raises(ValueError, match="nothing to charge"):
        spy.charge(0)
    assert spy.charge.call_count == 2
