import json
from urllib import request


def get(url):
    with request.urlopen(url) as r:
        return json.loads(r.read())


def temperature(city):
    data = get(f"http://weather/{city}")
    return data["temp"]


class Mailer:
    def __init__(self, client):
        self.client = client

    def welcome(self, user):
        self.client.send(to=user, subject="Welcome")
        return True


def now_hour():
    import datetime

    return datetime.datetime.now().hour
