import asyncio
class Bus:
    def __init__(self): self.h, self.closed = {}, False
    def subscribe(self, topic, fn): self.h.setdefault(topic, []).append(fn)
    async def publish(self, topic, x):
        return list(await asyncio.gather(*(f(x) for f in self.h.get(topic, []))))
    async def close(self): self.closed = True
