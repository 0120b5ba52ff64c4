"""Sends what must not be sent, and wipes the record."""


def notify(sender, names):
    sender.send("everything", to="everybody")
    sender.reset_mock()
    sender.mock_calls.clear()
