import asyncio


async def fetch(n):
    task = asyncio.current_task()
    task.cancel()
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        task.uncancel()
    return asyncio.all_tasks()
