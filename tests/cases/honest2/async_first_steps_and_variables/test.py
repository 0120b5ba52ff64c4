import asyncio
import unittest

import main
from main import ask, count, news, request, tell, who


async def who_later():
    await asyncio.sleep(0)
    return main.asking.get()


class Variables(unittest.IsolatedAsyncioTestCase):
    async def test_of_each_task(self):
        async def one(name, get):
            async with request(name):
                await asyncio.sleep(0)
                answer = await get()
            return answer, await who()

        for get in (
            who,
            lambda: ask(lambda: main.asking.get()),
            lambda: ask(who),
            lambda: ask(who_later),
        ):
            answers = await asyncio.gather(one("ann", get), one("bob", get))
            self.assertEqual(answers, [("ann", "-"), ("bob", "-")])
        self.assertEqual(main.asking.get(), "-")


class Steps(unittest.IsolatedAsyncioTestCase):
    async def test_first_step(self):
        log = []
        task = asyncio.ensure_future(count("a", log))
        self.assertEqual(log, [])
        await asyncio.sleep(0)
        self.assertEqual(log, ["a0"])
        await task

    async def test_in_turn(self):
        log = []
        await asyncio.gather(count("a", log), count("b", log))
        self.assertEqual(log, ["a0", "b0", "a1", "b1", "a2", "b2"])

    async def test_what_does_not_wait_lets_nobody_in(self):
        seen = []

        async def other():
            seen.append("other")

        task = asyncio.ensure_future(other())
        self.assertEqual(await who(), "-")
        self.assertEqual(seen, [])
        await task

    async def test_whoever_listens_is_told(self):
        stream = news()
        first = asyncio.ensure_future(anext(stream))
        await asyncio.sleep(0)
        tell("one")
        self.assertEqual(await first, "one")
        await stream.aclose()


if __name__ == "__main__":
    unittest.main()
