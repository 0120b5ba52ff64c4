import pytest
from main import Account, InsufficientFunds
@pytest.fixture(params=[0, 100], ids=["empty", "rich"])
def account(request):
    acc = Account(request.param)
    acc.start = request.param
    yield acc
    assert acc.closed is False
@pytest.fixture(autouse=True)
def audit(monkeypatch):
    seen = []
    monkeypatch.setattr("main.AUDIT", seen)
    return seen
@pytest.fixture(scope="module")
def rates():
    return {"EUR": 2, "USD": 1}
@pytest.fixture
def amount(request):
    return request.param * 10
@pytest.mark.parametrize("amount", [1, 2], indirect=True)
def test_deposit(account, amount, audit):
    account.deposit(amount)
    assert account.balance == account.start + amount
    assert audit == [("deposit", amount)]
@pytest.mark.parametrize("cur", ["EUR", "USD"])
@pytest.mark.parametrize("n", [pytest.param(1, id="one"), pytest.param(3, id="three")])
def test_convert(rates, cur, n):
    a = Account(n)
    assert a.convert(rates[cur]) == n * rates[cur]
def test_overdraw(account):
    with pytest.raises(InsufficientFunds, match=r"balance is \d+") as info:
        account.withdraw(1000)
    assert info.value.missing == 1000 - account.start
