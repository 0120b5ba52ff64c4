import random, time
def stamp(): return int(time.time())
def coin(): return "heads" if random.random() < 0.5 else "tails"
