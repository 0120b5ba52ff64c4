def find(words, part):
    return [word for word in words if part in word]
