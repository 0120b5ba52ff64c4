from main import Account, transaction


def test_deposit():
    account = Account(100)
    with transaction(account) as open_account:
        assert open_account.balance == 100
        open_account.deposit(50)
        assert open_account.balance == 150
