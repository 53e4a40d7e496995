"""Static files keep the same rules as pages, and what others wrote is what they published."""

from __future__ import annotations

import gzip
import re
from hashlib import sha256

import brotli
import plotly.offline
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import create_app, database
from app.config import PROJECT

_STATIC = PROJECT / "app" / "static"
# What the packages on npm have (htmx.org, plotly.js-basic-dist-min): whoever brings another version
# in compares it with the published one first.
_PUBLISHED = {
    "htmx-4.0.1.min.js": "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130",
    "htmx-LICENSE.txt": "d3d2456f76414f2456104660ebd65aff1c04cd7966b942bdabd63f3cdb316a38",
    "plotly-basic-4.1.1.min.js": "99784e3abfb07b142a15e521a439e6d9addceadb3f79553fd24c72774f0649ba",
    "plotly-LICENSE.txt": "8c45d9eaf50c2f72dd9c7ab9ef440788ba58a3538484b5c51c1f17d5128752e7",
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


def test_the_library_that_draws_is_the_one_that_checks_figures() -> None:
    """The Python package, which knows every attribute, is made for one version of the bundle."""
    version = plotly.offline.get_plotlyjs_version()
    bundle = (_STATIC / "vendor" / f"plotly-basic-{version}.min.js").read_text()
    assert bundle.startswith(f"/**\n* plotly.js (basic - minified) v{version}\n")


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


@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_a_text_goes_out_compressed_and_is_what_it_was(client: FlaskClient, encoding: str) -> None:
    answer = _get(client, **{"Accept-Encoding": f"deflate, {encoding}"})
    assert answer.headers["Content-Encoding"] == encoding
    assert answer.headers["Vary"] == "Accept-Encoding"
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress}[encoding]
    assert unpack(answer.data) == (_STATIC / "css" / "asof.css").read_bytes()
    assert len(answer.data) < 0.4 * len(_get(client).data)
    asked = {"Accept-Encoding": encoding, "Range": "bytes=0-9"}
    assert "Content-Encoding" not in _get(client, **asked).headers
    head = client.head(_FILE, headers={"Accept-Encoding": encoding})
    assert (head.data, head.headers["Content-Length"]) == (b"", str(len(answer.data)))
    refused = _get(client, **{"Accept-Encoding": f"{encoding};q=0"})
    assert "Content-Encoding" not in refused.headers


def test_what_a_page_asks_for_is_kept_for_good(client: FlaskClient) -> None:
    page = client.get("/funds/").text
    asked = re.findall(r'(?:src|href)="(/static/[^"]+)"', page)
    assert len(asked) >= 4
    for address in asked:
        answer = client.get(address, buffered=True)
        assert answer.status_code == 200, address
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        plain = client.get(re.sub("/static/[0-9a-f]{16}/", "/static/", address), buffered=True)
        assert plain.data == answer.data
        assert "immutable" not in plain.headers["Cache-Control"]
        other = re.sub("/static/[0-9a-f]{16}/", f"/static/{'0' * 16}/", address)
        assert client.get(other).status_code == 404
