import asyncio
import threading
import contextlib


def count(n):
    for i in range(n):
        got = yield i
        if got:
            return got


def chain():
    result = yield from count(3)
    total = [result]
    return total


async def ticks():
    for i in range(3):
        await asyncio.sleep(0)
        yield i


@contextlib.asynccontextmanager
async def managed(value="resource"):
    yield value


async def main():
    async with managed() as resource, managed((1, 2, 3)) as (first, *rest):
        values = [v async for v in ticks() if v]
    async for last in ticks():
        pass
    gathered = await asyncio.gather(*(asyncio.sleep(0, result=k) for k in range(3)))
    return resource, first, rest, values, last, gathered


g = chain()
print(next(g), next(g))
try:
    g.send("stop")
except StopIteration as stop:
    print(stop.value)
print(asyncio.run(main()))
results = []


def work(k):
    local = k * 2
    results.append(local)


threads = [threading.Thread(target=work, args=(k,)) for k in range(20)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(sorted(results), threading.active_count())


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


print(fib(15), sum(x for x in (y * y for y in range(10))), {k: v for k, v in zip("ab", [1, 2])})
