class Store:
    def __init__(self, conn):
        self.c = conn
        self.c.execute("create table kv (k text primary key, v integer)")
    def clear(self): self.c.execute("delete from kv")
    def put(self, k, v): self.c.execute("insert or replace into kv values (?, ?)", (k, v))
    def get(self, k):
        r = self.c.execute("select v from kv where k = ?", (k,)).fetchone()
        return r[0] if r else None
    def all(self): return self.c.execute("select k, v from kv").fetchall()
