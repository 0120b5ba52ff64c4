async def fetch(n):
    return n * 10
