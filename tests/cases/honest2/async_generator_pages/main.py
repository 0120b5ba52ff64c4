class Api:
    def __init__(self, pages):
        self.pages = pages
        self.calls = 0

    async def get(self, number):
        self.calls += 1
        return self.pages[number] if number < len(self.pages) else []


async def every(api):
    number = 0
    while items := await api.get(number):
        for item in items:
            yield item
        number += 1


async def first(api, wanted):
    async for item in every(api):
        if wanted(item):
            return item
    return None
