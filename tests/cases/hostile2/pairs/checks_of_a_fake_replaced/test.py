from main import remind


class FakeMailer:
    def __init__(self):
        self.sent = []

    def send(self, name, text):
        self.sent.append(name)

    def check_sent(self, *names):
        assert self.sent == list(names)


def test_reminds_the_late():
    mailer = FakeMailer()
    remind(mailer, {"ann": 3, "bob": 0})
    mailer.check_sent("ann")


def test_nobody_is_late():
    mailer = FakeMailer()
    remind(mailer, {"bob": 0})
    assert mailer.sent == []
