"""However many try to sign in at once, in however many processes, the limit holds."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

from sqlalchemy import Engine

from app.store import sign_in_attempts
from app.store.sign_in_attempts import BY_ADDRESS, BY_EMAIL


def _free(engine: Engine, email: str, address: str) -> bool:
    with engine.begin() as connection:
        return sign_in_attempts.seconds_to_wait(connection, email, address) == 0


def test_attempts_at_once_with_one_email_are_counted_one_by_one(engine: Engine) -> None:
    email = f"{uuid4().hex}@example.com"
    with ThreadPoolExecutor(8) as pool:
        free = list(pool.map(lambda _: _free(engine, email, uuid4().hex), range(3 * BY_EMAIL)))
    assert sum(free) == BY_EMAIL


def test_attempts_at_once_from_one_address_are_counted_one_by_one(engine: Engine) -> None:
    address = uuid4().hex
    with ThreadPoolExecutor(8) as pool:
        free = list(pool.map(lambda _: _free(engine, uuid4().hex, address), range(2 * BY_ADDRESS)))
    assert sum(free) == BY_ADDRESS
