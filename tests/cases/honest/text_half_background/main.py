class ThemeError(Exception): pass
KEY = "half_background"
COLOURS = {"dark": "black", "light": "white"}
class Theme:
    def __init__(self, name):
        if name not in COLOURS: raise ThemeError(name)
        self.name = name
    def css(self): return f"{KEY}: {COLOURS[self.name]}"
    def __eq__(self, o): return self.name == o.name
