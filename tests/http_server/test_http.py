"""What HTTP asks of a server: it is kept with whole bodies, long answers and odd requests alike."""

from __future__ import annotations

import socket

import pytest

from tests.http_server.clients import answer, answers, ask, connect, is_closed, request

pytestmark = pytest.mark.timeout(120)
_FORM = "Content-Type: application/x-www-form-urlencoded"
_MB = 1024 * 1024


def test_a_head_has_the_headers_and_no_body(address: str) -> None:
    with connect(address, request("/static/icon.svg", method="HEAD") + request("/healthz")) as it:
        (response, body), (_, next_body) = answers(it, "HEAD", "GET")
        assert int(response.headers["Content-Length"]) > 100
        assert (body, next_body) == (b"", b'{"alive":true}\n')


def test_requests_in_one_go_are_answered_in_their_order(address: str) -> None:
    paths = ["/sign-in", "/healthz", "/none", "/static/icon.svg", "/healthz"]
    with connect(address, b"".join(map(request, paths))) as client:
        told = answers(client, *["GET"] * len(paths))
        assert [response.status for response, _ in told] == [200, 200, 404, 200, 200]


def test_a_body_may_be_waited_for(address: str) -> None:
    head = request("/sign-in", _FORM, "Content-Length: 5", "Expect: 100-continue", method="POST")
    with connect(address, head) as client:
        assert client.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(b"a=1&b")
        assert answer(client, "POST")[0].status == 400  # there is no proof of the form


def test_a_body_in_chunks_is_read(address: str) -> None:
    body = b"3\r\na=1\r\n2;odd=1\r\n&b\r\n0\r\n\r\n"
    head = ("/api/funds", "Content-Type: application/json", "Transfer-Encoding: chunked")
    assert ask(address, *head, method="POST", body=body) == 401


@pytest.mark.parametrize("length", [2 * _MB + 1, 500 * _MB, 10**30])
def test_a_body_that_says_it_is_too_long_is_refused_at_once(address: str, length: int) -> None:
    head = request("/sign-in", _FORM, f"Content-Length: {length}", method="POST")
    with connect(address, head) as client:
        assert answer(client, "POST")[0].status in {400, 413}


def test_a_body_in_chunks_that_turns_out_too_long_is_refused(address: str) -> None:
    chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    head = request("/sign-in", _FORM, "Transfer-Encoding: chunked", method="POST")
    with connect(address, head) as client:
        for _ in range(33):
            client.sendall(chunk)
        assert answer(client, "POST")[0].status == 413


def test_whoever_goes_away_in_the_middle_asked_for_nothing(address: str) -> None:
    head = request("/api/funds", "Content-Length: 100", method="POST", body=b"{")
    with connect(address, head) as client:
        client.shutdown(socket.SHUT_WR)
        assert is_closed(client)
    assert ask(address, "/healthz") == 200


def test_headers_have_a_bound(address: str) -> None:
    many = [f"X-{number}: {'y' * 1000}" for number in range(300)]
    with connect(address, request("/healthz", *many)[:-4]) as client:
        assert answer(client)[0].status == 431


@pytest.mark.parametrize(
    "sent",
    [
        b"nonsense\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0",
        b"GET /\xff HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
    ],
)
def test_what_is_no_request_is_refused(address: str, sent: bytes) -> None:
    with connect(address, sent) as client:
        assert answer(client)[0].status == 400


def test_an_id_comes_from_a_header_and_from_nothing_that_looks_like_one(address: str) -> None:
    def told(sent: bytes) -> str:
        with connect(address, sent) as client:
            return str(answer(client)[0].headers["X-Request-ID"])

    assert told(request("/healthz", "X-Request-ID: edge-7.example")) == "edge-7.example"
    assert told(request("/healthz", "X_Request_ID: edge-7.example")) != "edge-7.example"
    trailed = b"1\r\nx\r\n0\r\nX-Request-ID: edge-7.example\r\n\r\n"
    sent = request("/healthz", "Transfer-Encoding: chunked", "Trailer: X-Request-ID", body=trailed)
    assert told(sent) != "edge-7.example"
