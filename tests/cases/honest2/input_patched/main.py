SECRET = 7


def play(limit=3):
    for attempt in range(1, limit + 1):
        guess = int(input(f"Guess {attempt}: "))
        if guess == SECRET:
            print("right")
            return attempt
        print("higher" if guess < SECRET else "lower")
    print("lost")
    return 0
