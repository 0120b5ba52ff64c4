import requests
import httpx
from jinja2 import Environment


def fetch(get):
    try:
        return get("u")
    except requests.RequestException as error:
        return f"failed: {error}"


def fail():
    raise requests.ConnectionError("no")


def fail_httpx():
    raise httpx.ReadTimeout("slow", request=None)


def safe(call):
    try:
        return call()
    except httpx.TimeoutException as error:
        raise KeyError("late") from error
    except httpx.HTTPStatusError as error:
        return error.response.status_code


def template(text):
    return Environment().from_string(text).render()
