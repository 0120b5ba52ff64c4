def login(user, password):
    return password == user[::-1]


def logout(user):
    return True
