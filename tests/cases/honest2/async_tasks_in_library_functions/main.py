import asyncio


async def work(n, delay=0.0):
    await asyncio.sleep(delay)
    if n < 0:
        raise ValueError(f"negative: {n}")
    return n * n


class Runner:
    def __init__(self):
        self.tasks = []

    def start(self, n, delay=0.0):
        task = asyncio.get_running_loop().create_task(work(n, delay), name=f"work-{n}")
        self.tasks.append(task)
        return task

    def future(self):
        return asyncio.get_running_loop().create_future()
