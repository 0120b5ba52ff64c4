import os, time, random


def home():
    return os.environ.get("APP_HOME", "/default")


def stamp():
    return f"at {int(time.time())}"


def roll():
    return random.randint(1, 6)


def ask():
    return input("name? ").strip().title()


TIMEOUT = 3


def timeout():
    return TIMEOUT * 2


def slow():
    time.sleep(60)
    return "done"
