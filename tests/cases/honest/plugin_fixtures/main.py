class Db:
    def __init__(self, name):
        self.name, self.rows = name, []

    def save(self, path):
        path.write_text("\n".join(self.rows))
