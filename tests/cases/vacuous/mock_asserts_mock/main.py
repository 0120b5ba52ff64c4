def save(db, name):
    db.insert({"name": name})
    return True
