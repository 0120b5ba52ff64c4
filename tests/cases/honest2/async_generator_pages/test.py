import asyncio

import main


def run(coro):
    return asyncio.run(coro)


def test_every():
    async def collect():
        return [i async for i in main.every(main.Api([[1, 2], [3]]))]

    assert run(collect()) == [1, 2, 3]


def test_first_is_lazy():
    api = main.Api([["a", "bb"], ["ccc"], ["dddd"]])
    assert run(main.first(api, lambda s: len(s) == 2)) == "bb"
    assert api.calls == 1
    assert run(main.first(api, lambda s: len(s) > 9)) is None
    assert api.calls == 5


def test_aclose():
    async def go():
        gen = main.every(main.Api([[1, 2, 3]]))
        got = [await gen.__anext__(), await gen.__anext__()]
        await gen.aclose()
        return got

    assert run(go()) == [1, 2]
