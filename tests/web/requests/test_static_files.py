"""Static files keep the same rules as pages, and what others wrote is what they published."""

from __future__ import annotations

from hashlib import sha256

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import create_app, database
from app.config import PROJECT

_STATIC = PROJECT / "app" / "static"
# What htmx 4.0.1 has in its package on npm: whoever brings another version in compares it with
# the published one first.
_PUBLISHED = {
    "htmx-4.0.1.min.js": "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130",
    "htmx-LICENSE.txt": "d3d2456f76414f2456104660ebd65aff1c04cd7966b942bdabd63f3cdb316a38",
}
_FILE = "/static/css/asof.css"
_RULES = [
    "Content-Security-Policy",
    "X-Content-Type-Options",
    "Referrer-Policy",
    "Cross-Origin-Opener-Policy",
]


def test_what_others_wrote_is_as_they_published_it() -> None:
    files = (_STATIC / "vendor").iterdir()
    assert {file.name: sha256(file.read_bytes()).hexdigest() for file in files} == _PUBLISHED


def _get(client: FlaskClient, **headers: str) -> TestResponse:
    return client.get(_FILE, headers=headers, buffered=True)


@pytest.mark.parametrize("name", _RULES)
def test_a_static_file_has_the_headers_of_a_page(client: FlaskClient, name: str) -> None:
    page = client.get("/sign-in").headers[name]
    etag = _get(client).headers["ETag"]
    answers = [
        _get(client),
        client.head(_FILE, buffered=True),
        client.post(_FILE, buffered=True),
        _get(client, **{"If-None-Match": etag}),
        _get(client, Range="bytes=99999999-"),
        client.get("/static/none.css"),
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 405, 304, 416, 404]
    assert [answer.headers.get(name) for answer in answers] == [page] * 6


def test_a_static_file_is_served_under_the_names_of_the_site_alone(client: FlaskClient) -> None:
    for host in ("localhost", "127.0.0.1:8000"):
        assert _get(client, Host=host).status_code == 200
    for host in ("evil.example", "localhost.evil.example", ""):
        assert _get(client, Host=host).status_code == 400


def test_over_https_static_files_ask_for_it_too(app: Flask) -> None:
    settings = database.of(app).settings.model_copy(update={"https": True})
    client = create_app(settings).test_client()
    assert "Strict-Transport-Security" in _get(client).headers
