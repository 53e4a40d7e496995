"""Threads work in turn; who is at something slow is stood in for, and nobody waits without end."""

from __future__ import annotations

import asyncio
import threading

import pytest

from app.http_server.thread_pools import Lane, LaneFullError

_WITHIN = 10  # seconds


def test_who_is_at_something_slow_is_stood_in_for() -> None:
    async def main() -> list[str]:
        lane, loop = Lane("test", 1, stand_ins=1), asyncio.get_running_loop()
        released = threading.Event()
        slow = lane.run(loop, lambda: str(released.wait(_WITHIN)))
        quick = lane.run(loop, lambda: "quick")
        while not quick.done():
            lane.relieve()
            await asyncio.sleep(0.01)
        assert not slow.done()
        released.set()
        return [await quick, await slow]

    assert asyncio.run(asyncio.wait_for(main(), _WITHIN)) == ["quick", "True"]


def test_what_fails_is_told_to_who_asked_and_the_thread_goes_on() -> None:
    async def main() -> int:
        lane, loop = Lane("test", 1), asyncio.get_running_loop()
        with pytest.raises(ZeroDivisionError):
            await lane.run(loop, lambda: 1 // 0)
        return await lane.run(loop, lambda: 42)

    assert asyncio.run(asyncio.wait_for(main(), _WITHIN)) == 42


def test_so_many_may_wait_and_no_more() -> None:
    async def main() -> int:
        lane, loop, released = Lane("test", 1), asyncio.get_running_loop(), threading.Event()
        asked = []
        try:
            for _ in range(1000):
                asked.append(lane.run(loop, lambda: released.wait(_WITHIN)))  # noqa: PERF401
        except LaneFullError:
            pass
        finally:
            released.set()
        await asyncio.gather(*asked)
        return len(asked)

    assert 512 <= asyncio.run(asyncio.wait_for(main(), _WITHIN)) <= 513
