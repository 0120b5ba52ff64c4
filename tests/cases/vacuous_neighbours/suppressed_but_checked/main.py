class Log:
    def __init__(self):
        self.lines = []

    def run(self, action):
        try:
            return action()
        except Exception as error:
            self.lines.append(f"failed: {error}")
            raise
