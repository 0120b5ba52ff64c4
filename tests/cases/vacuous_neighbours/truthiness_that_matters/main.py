def is_palindrome(text):
    letters = [c.lower() for c in text if c.isalnum()]
    return letters == letters[::-1]


def find(items, wanted):
    return next((i for i, item in enumerate(items) if item == wanted), None)
