import asyncio

from main import Transaction


def test_deposit():
    async def run():
        async with Transaction() as transaction:
            assert transaction.balance == 100
            await transaction.deposit(50)
            assert transaction.balance == 150

    asyncio.run(run())
