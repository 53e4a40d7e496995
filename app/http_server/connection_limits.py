"""Who is connected: whoever is slow is sent away, and nobody may hold too many connections."""

from __future__ import annotations

import asyncio
import math
import resource
from collections import defaultdict
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from typing import Protocol

_FROM_ONE_ADDRESS = 1024  # connections, in each process
_AT_MOST = 8192  # connections, in each process
_OTHER_FILES = 256  # that a process may have open beside its connections
_GIVE_WAY = 0.1  # the share that ends where there are too many, so that it is seldom looked for
_LOOK_EVERY = 0.5  # seconds
_LOOKS_ALSO = 5  # at how the threads do, in that time


class Member(Protocol):
    """A connection, as the crowd sees it."""

    def address(self) -> str:
        """Return the address of the client."""

    def rank(self) -> tuple[int, float] | None:
        """Return how soon it should give way, the lowest first; None while it is at work."""

    def give_way(self) -> None:
        """End, for others are more in need."""

    def end_if_slow(self, now: float, patience: float) -> None:
        """End where the client takes longer than it may."""


class Crowd:
    """The connections of one process."""

    def __init__(self, patience: float, also: Callable[[], None]) -> None:
        """Take for how many seconds a client may be slow, and what else to do at each look."""
        self._patience = patience
        self._also = also
        self._members: set[Member] = set()
        self._of_network: defaultdict[str, set[Member]] = defaultdict(set)
        self._looking: asyncio.Task[None] | None = None
        self._at_most = _files_allowed() - _OTHER_FILES

    def join(self, member: Member) -> None:
        """Let a connection in; one that waits gives way where there are too many."""
        if self._looking is None:
            self._looking = asyncio.get_running_loop().create_task(self._look())
        neighbours = self._of_network[_network(member.address())]
        neighbours.add(member)
        self._members.add(member)
        if len(neighbours) > _FROM_ONE_ADDRESS:
            _make_room(neighbours, member)
        elif len(self._members) > self._at_most and not _make_room(self._members, member):
            member.give_way()

    def leave(self, member: Member) -> None:
        """Let a connection go that has ended."""
        network = _network(member.address())
        self._members.discard(member)
        self._of_network[network].discard(member)
        if not self._of_network[network]:
            del self._of_network[network]

    async def _look(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            for _ in range(_LOOKS_ALSO):
                await asyncio.sleep(_LOOK_EVERY / _LOOKS_ALSO)
                self._also()
            now = loop.time()
            for member in list(self._members):
                member.end_if_slow(now, self._patience)


def _make_room(members: set[Member], newest: Member) -> bool:
    """Let those give way that have waited for longest; False where all others are at work."""
    waiting = [
        (rank, member)
        for member in members
        if member is not newest and (rank := member.rank()) is not None
    ]
    waiting.sort(key=lambda each: each[0])
    for _, member in waiting[: math.ceil(len(members) * _GIVE_WAY)]:
        member.give_way()
    return bool(waiting)


def _network(address: str) -> str:
    """Return whose address it is: with IPv6, everybody has a whole /64."""
    if ":" not in address:
        return address
    whole = ip_address(address.partition("%")[0])
    assert isinstance(whole, IPv6Address)
    return str(whole.ipv4_mapped) if whole.ipv4_mapped else whole.exploded[:19]


def _files_allowed() -> int:
    """Let the process open as many files as it may, and return how many connections that allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _AT_MOST + _OTHER_FILES
    allowed = wanted if hard == resource.RLIM_INFINITY else min(hard, wanted)
    if soft == resource.RLIM_INFINITY or soft >= allowed:
        return wanted if soft == resource.RLIM_INFINITY else min(soft, wanted)
    resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    return allowed
