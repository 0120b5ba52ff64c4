import sqlite3
from contextlib import closing


def record(path, key, amount):
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("create table if not exists t (k text, n integer)")
        db.execute("insert into t values (?, ?)", (key, amount))


def totals(path):
    with closing(sqlite3.connect(path)) as db:
        return dict(db.execute("select k, sum(n) from t group by k"))
