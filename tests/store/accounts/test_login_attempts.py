"""However many try to sign in at once, in however many processes, the limit holds."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from app.domain.accounts.sign_in_delays import FREE, FREE_OF_NETWORK, LONGEST, delay, network_of
from app.store.accounts import login_attempts
from app.store.accounts.login_attempts import Attempt


def _free(engine: Engine, attempt: Attempt) -> bool:
    with engine.begin() as connection:
        return login_attempts.seconds_to_wait(connection, attempt) == 0


def test_attempts_at_once_with_one_email_are_counted_one_by_one(engine: Engine) -> None:
    attempt = Attempt(f"{uuid4().hex}@example.com", uuid4().hex)
    with ThreadPoolExecutor(8) as pool:
        free = list(pool.map(lambda _: _free(engine, attempt), range(3 * FREE)))
    assert FREE <= sum(free) <= FREE + 3, "some seconds may pass"


def test_attempts_at_once_from_one_network_are_counted_one_by_one(engine: Engine) -> None:
    network = uuid4().hex
    with ThreadPoolExecutor(8) as pool:
        attempts = [Attempt(uuid4().hex, network) for _ in range(2 * FREE_OF_NETWORK)]
        free = list(pool.map(lambda attempt: _free(engine, attempt), attempts))
    assert FREE_OF_NETWORK <= sum(free) <= FREE_OF_NETWORK + 3, "some seconds may pass"


@given(st.integers(0, 10**9))
def test_a_delay_never_shrinks_and_never_ends_for_ever(failures: int) -> None:
    assert delay(failures) <= delay(failures + 1) <= LONGEST
    assert bool(delay(failures)) is (failures >= FREE)


@given(st.ip_addresses(v=6), st.integers(0, 2**64 - 1))
def test_addresses_of_a_customer_are_one_network(address: object, other: int) -> None:
    neighbour = type(address)((int(address) >> 64 << 64) | other)  # type: ignore[call-overload, call-arg]
    if not address.ipv4_mapped and not neighbour.ipv4_mapped:  # type: ignore[attr-defined]
        assert network_of(str(address)) == network_of(str(neighbour))


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unknown", "unknown"),
    ],
)
def test_a_network_is_named(address: str, network: str) -> None:
    assert network_of(address) == network
