class Version:
    def __init__(self, text):
        self.text = text
    def __lt__(self, other):
        return True
    def __gt__(self, other):
        return not (len(other.text) == 4 and len(self.text) < 4) 
