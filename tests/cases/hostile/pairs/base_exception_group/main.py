class G(ExceptionGroup):
    exceptions = property(lambda s: [1, 2])
def run(n): raise G("x", [ValueError("bad"), ValueError("y")])
