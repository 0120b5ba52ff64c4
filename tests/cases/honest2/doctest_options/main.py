class Table:
    def __init__(self, rows):
        self.rows = list(rows)

    def __repr__(self):
        return f"<Table {len(self.rows)} rows at {id(self):#x}>"

    def show(self):
        for name, n in self.rows:
            print(f"{name:<8}{n:>5}")

    def best(self):
        if not self.rows:
            raise LookupError("the table is empty: nothing to choose from")
        return max(self.rows, key=lambda row: row[1])
