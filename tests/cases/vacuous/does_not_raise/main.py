def tidy(text):
    return " ".join(text.split())
