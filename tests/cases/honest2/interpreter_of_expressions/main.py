import re


class SyntaxProblem(ValueError):
    def __init__(self, message, at):
        super().__init__(f"{message} at {at}")
        self.at = at


def evaluate(text, **names):
    tokens = [(m.group().strip(), m.start()) for m in re.finditer(r"\s*(\d+\.?\d*|\w+|\*\*|.)", text)]
    tokens = [t for t in tokens if t[0]]
    tokens.append(("", len(text)))
    pos = 0

    def peek():
        return tokens[pos][0]

    def take():
        nonlocal pos
        pos += 1
        return tokens[pos - 1]

    def atom():
        token, at = take()
        if token == "(":
            value = total()
            if take()[0] != ")":
                raise SyntaxProblem("expected )", tokens[pos - 1][1])
            return value
        if token == "-":
            return -atom()
        if re.fullmatch(r"\d+\.?\d*", token):
            return float(token) if "." in token else int(token)
        if token in names:
            return names[token]
        if token.isidentifier():
            raise NameError(token)
        raise SyntaxProblem(f"unexpected {token!r}", at)

    def power():
        base = atom()
        if peek() == "**":
            take()
            return base ** power()
        return base

    def product():
        value = power()
        while peek() in ("*", "/"):
            value = value * power() if take()[0] == "*" else value / power()
        return value

    def total():
        value = product()
        while peek() in ("+", "-"):
            value = value + product() if take()[0] == "+" else value - product()
        return value

    value = total()
    if peek():
        raise SyntaxProblem(f"unexpected {peek()!r}", tokens[pos][1])
    return value
