def is_prime(n):
    return n > 1 and all(n % d for d in range(2, int(n**0.5) + 1))


def primes(limit):
    return [n for n in range(limit) if is_prime(n)]
