class Config:
    def __init__(self):
        self.debug = False
        self.level = 3

    def verbose(self):
        return self.debug or self.level > 5
