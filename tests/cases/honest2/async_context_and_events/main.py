import asyncio
from contextlib import asynccontextmanager


class Session:
    def __init__(self, log):
        self.log = log

    async def __aenter__(self):
        self.log.append("open")
        return self

    async def __aexit__(self, kind, error, trace):
        self.log.append(f"close {kind.__name__ if kind else 'ok'}")

    async def query(self, sql):
        await asyncio.sleep(0)
        if "bad" in sql:
            raise RuntimeError(sql)
        return sql.upper()


@asynccontextmanager
async def transaction(session):
    session.log.append("begin")
    try:
        yield session
    except RuntimeError:
        session.log.append("rollback")
        raise
    else:
        session.log.append("commit")


async def debounce(events, quiet, callback):
    last = None
    while True:
        try:
            last = await asyncio.wait_for(events.get(), quiet if last is not None else None)
        except asyncio.TimeoutError:
            callback(last)
            return last


async def race(*coros):
    tasks = [asyncio.ensure_future(c) for c in coros]
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for t in pending:
        t.cancel()
    await asyncio.gather(*pending, return_exceptions=True)
    return done.pop().result(), len(pending)
