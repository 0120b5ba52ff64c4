import os
for _ in range(20000):
    try:
        os.mkdir("d"); os.chdir("d")
    except OSError:
        break
print("depth", _)
def square(n): return 5
