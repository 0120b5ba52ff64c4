import string


def caesar(text, shift):
    out = []
    for c in text:
        for letters in (string.ascii_lowercase, string.ascii_uppercase):
            if c in letters:
                c = letters[(letters.index(c) + shift) % 26]
                break
        out.append(c)
    return "".join(out)


def crack(text, word):
    for shift in range(26):
        if word in caesar(text, -shift).split():
            return shift
    return None
