class Signup:
    def __init__(self, repo, mailer, clock):
        self.repo, self.mailer, self.clock = repo, mailer, clock

    def register(self, email):
        if self.repo.find(email):
            return False
        self.repo.save({"email": email, "at": self.clock()})
        try:
            self.mailer.send(email, subject="Welcome")
        except ConnectionError:
            self.repo.mark(email, mailed=False)
        return True

    def purge(self, emails):
        for email in emails:
            self.repo.delete(email)
        self.repo.commit()
