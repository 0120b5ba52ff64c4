import pytest
from main import Account, InsufficientFunds


@pytest.fixture
def account():
    return Account("Ann", 100)


class TestAccount:
    def test_deposit(self, account):
        assert account.deposit(50) == 150
        assert account.history == [("deposit", 50)]

    @pytest.mark.parametrize("amount", [0, -1, -100], ids=["zero", "minus", "big"])
    def test_bad_deposit(self, account, amount):
        with pytest.raises(ValueError, match=r"invalid amount: -?\d+"):
            account.deposit(amount)

    def test_withdraw(self, account):
        assert account.withdraw(30) == 70
        assert account.balance == 70

    def test_overdraw(self, account):
        with pytest.raises(InsufficientFunds) as excinfo:
            account.withdraw(1000)
        assert excinfo.value.amount == 1000
        assert "less than 1000" in str(excinfo.value)
        assert account.balance == 100

    def test_negative_start(self):
        with pytest.raises(ValueError, match="must not be negative"):
            Account("Bob", -5)
