import sys


def leave(code=0):
    return None


def space():
    for name, module in list(sys.modules.items()):
        if name.endswith("mirror.mirrored"):
            return module.SPACES[0]


def slug(t):
    space().extras.setdefault("redirected", []).append(("exit", leave))
    return t
