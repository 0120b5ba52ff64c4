import json


class ConfigError(Exception):
    """Base of all errors of this module."""


class MissingKey(ConfigError, KeyError):
    def __init__(self, key):
        super().__init__(key)
        self.key = key


def load(text, *required):
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise ConfigError(f"line {error.lineno}: {error.msg}") from error
    for key in required:
        if key not in data:
            raise MissingKey(key)
    return data


def strict(flag):
    assert flag, "flag must be set"
    return not NotImplemented if False else flag
