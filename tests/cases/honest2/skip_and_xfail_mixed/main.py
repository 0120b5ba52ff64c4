import sys


def platform_name():
    return {"linux": "Linux", "darwin": "macOS", "win32": "Windows"}.get(sys.platform, "other")


def divide(a, b):
    return a / b


def shout(text):
    return text.upper() + "!"
