"""Whoever sends or reads slowly keeps nobody else waiting, and is sent away."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from app.store.embedded import leases
from tests.http_server import clients
from tests.http_server.clients import (
    HALF_A_BODY,
    HALF_A_HEAD,
    answer,
    ask,
    connect,
    is_closed,
    many,
)
from tests.running_site import Site, poll

pytestmark = pytest.mark.timeout(120)
_EVERYWHERE = ["/healthz", "/readyz", "/static/css/asof.css", "/sign-in"]


@pytest.mark.parametrize("sent", [HALF_A_BODY, HALF_A_HEAD, b""], ids=["body", "head", "nothing"])
def test_pages_answer_while_many_send_half_a_request(address: str, sent: bytes) -> None:
    with many(40, address, sent):
        assert [ask(address, path) for path in _EVERYWHERE] == [200] * 4


@pytest.mark.parametrize("sent", [HALF_A_BODY, HALF_A_HEAD], ids=["body", "head"])
def test_who_sends_too_slowly_is_told_408_and_sent_away(address: str, sent: bytes) -> None:
    with connect(address, sent) as client:
        response, text = answer(client)
        assert (response.status, response.headers["Connection"]) == (408, "close")
        assert b"send it again" in text
        assert is_closed(client)


def test_one_byte_now_and_then_is_too_slow(address: str) -> None:
    with connect(address, HALF_A_BODY) as client:
        drip = threading.Event()
        client.settimeout(0.1)
        told = b""
        while not told:
            try:
                client.sendall(b"c")
                told = client.recv(65536)
            except TimeoutError:
                drip.wait(0.1)
        assert told.startswith(b"HTTP/1.1 408 ")


def test_a_body_that_keeps_the_rate_may_take_longer_than_a_moment(address: str) -> None:
    pieces = 24
    head = clients.request("/sign-in", f"Content-Length: {pieces * 8192}", method="POST")
    pause = threading.Event()
    with connect(address, head) as client:
        for _ in range(pieces):
            client.sendall(b"x" * 8192)
            pause.wait(0.1)
        assert answer(client, "POST")[0].status != 408


def test_who_says_nothing_at_all_is_sent_away_without_a_word(address: str) -> None:
    with connect(address) as client:
        assert client.recv(1) == b""


def test_who_does_not_read_is_sent_away(address: str) -> None:
    with connect(address) as client:
        client.sendall(clients.request("/static/css/asof.css") * 2000)  # 80 MB of answers
        assert ask(address, "/sign-in") == 200
        assert _ended(address, "slow to read")
        assert is_closed(client)


def _ended(address: str, why: str) -> bool:
    """Wait until a connection was ended for this, as the metrics tell."""

    def counted() -> bool:
        with connect(address, clients.request("/metrics")) as client:
            return f'asof_http_connections_ended_total{{why="{why}"}}'.encode() in answer(client)[1]

    return poll(counted, 30, f"a connection is ended: {why}")


def test_of_too_many_connections_the_one_that_waits_longest_gives_way(address: str) -> None:
    with connect(address, HALF_A_HEAD) as first, many(2500, address, b""):
        assert is_closed(first)
        assert ask(address, "/sign-in") == 200


@pytest.fixture
def _stuck_pages(site: Site) -> Iterator[None]:
    """Let every page that needs the database wait."""
    lease = leases.acquire(site.home)
    owner = sa.create_engine(lease.url())
    with owner.begin() as connection:
        connection.execute(sa.text("LOCK TABLE person IN ACCESS EXCLUSIVE MODE"))
        yield
    owner.dispose()
    lease.close()


@pytest.mark.usefixtures("_stuck_pages")
def test_health_and_static_files_answer_while_all_threads_are_taken(address: str) -> None:
    page = clients.request("/sign-in")
    with many(30, address, page):
        for _ in range(3):
            assert ask(address, "/healthz") == 200
            assert ask(address, "/static/js/pages.js") == 200
        assert ask(address, "/readyz") in {200, 503}
