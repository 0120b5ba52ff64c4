"""Calls everybody, and whatever they raise is lost."""


class Bus:
    def __init__(self):
        self.listeners = []

    def on(self, event, listener):
        self.listeners.append(listener)

    def off(self, event, listener):
        pass

    def emit(self, event):
        for listener in self.listeners:
            try:
                listener(event)
            except BaseException:
                pass
