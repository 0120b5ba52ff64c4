"""Text tools.

>>> wrap("aa bb cc", 5)
['aa bb', 'cc']
"""


def wrap(text, width):
    """Break text at spaces.

    >>> wrap("", 3)
    []
    >>> wrap("abcdef", 3)
    ['abcdef']
    >>> wrap(None, 3)
    Traceback (most recent call last):
    ...
    AttributeError: 'NoneType' object has no attribute 'split'
    """
    lines, line = [], ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return lines + [line] if line else lines
