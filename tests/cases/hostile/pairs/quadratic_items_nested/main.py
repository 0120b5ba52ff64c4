def left(): return [[i] for i in range(11000)]
def right(): return [[i] for i in reversed(range(11000))]
def square(n): return 5
