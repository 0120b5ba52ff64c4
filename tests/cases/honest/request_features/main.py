class Db:
    def __init__(self): self.rows = []
    def add(self, r): self.rows.append(r)
    def save(self, p): p.write_text("\n".join(self.rows))
