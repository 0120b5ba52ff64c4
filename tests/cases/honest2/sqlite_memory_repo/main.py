import sqlite3


class Duplicate(Exception):
    pass


class Users:
    def __init__(self, connection):
        self.db = connection
        self.db.row_factory = sqlite3.Row
        self.db.execute("CREATE TABLE IF NOT EXISTS users (id INTEGER PRIMARY KEY, name TEXT UNIQUE)")

    def add(self, name):
        try:
            with self.db:
                return self.db.execute("INSERT INTO users (name) VALUES (?)", (name,)).lastrowid
        except sqlite3.IntegrityError as error:
            raise Duplicate(name) from error

    def find(self, user_id):
        row = self.db.execute("SELECT * FROM users WHERE id = ?", (user_id,)).fetchone()
        return dict(row) if row else None

    def names(self):
        return [r["name"] for r in self.db.execute("SELECT name FROM users ORDER BY name")]
