"""How long to wait between attempts to prove who one is: each failure doubles it."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network

FREE = 5  # failures before there is anything to wait for
FREE_OF_NETWORK = 30  # with whatever emails
LONGEST, LONGEST_OF_NETWORK = 300, 60  # seconds
# So many failures with an email, from wherever: somebody guesses from many networks, and each of
# them has but one attempt free.
MANY = 50
_IPV6_PREFIX = 64  # what one customer has, at least


def delay(failures: int, free: int = FREE, longest: int = LONGEST) -> int:
    """Return the seconds between the last of so many failures and the next attempt."""
    beyond = failures - free
    return 0 if beyond < 0 else min(2 ** min(beyond, 30), longest)


def network_of(address: str) -> str:
    """Name the network that an address is of: an IPv4 address itself, of IPv6 its /64."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address[:100]
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ip_network((found, _IPV6_PREFIX), strict=False))
    return str(found)
