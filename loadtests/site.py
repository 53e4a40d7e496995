"""The site that a benchmark asks, served as it is for people, with somebody signed in to it."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

from sqlalchemy import Engine
from uuid_utils.compat import uuid7

from app.config import PROJECT
from app.services.accounts import passwords
from app.store.accounts import people

AGENT = "asof-benchmark"  # a session stays with the browser that began it
_SITE = "app.runtime.web_server:worker"


@contextmanager
def serving(home: Path, target: str = _SITE) -> Iterator[str]:
    """Serve a benchmark's database as the site is served; `target` makes the application."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    words = [str(os.getpid()), "127.0.0.1", port, target]
    server = subprocess.Popen(
        [sys.executable, "-m", "app.runtime.web_server", *words],
        cwd=PROJECT,
        env=os.environ | {"ASOF_HOME": str(home)},
        start_new_session=True,
    )
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(10)


def sign_in(engine: Engine, address: str) -> str:
    """Sign in as an administrator of the benchmark's own; return the cookie."""
    email, password = f"{uuid7()}@example.com", passwords.made_up()
    with engine.begin() as connection:
        people.add(connection, email, "Benchmark", passwords.hashed(password), is_admin=True)
    jar = CookieJar()
    opener = build_opener(HTTPCookieProcessor(jar))
    opener.addheaders = [("User-Agent", AGENT)]
    page = ""
    while not page:
        try:
            page = opener.open(f"{address}/sign-in", timeout=5).read().decode()
        except URLError:
            time.sleep(0.1)  # the server starts
    proof = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert proof is not None
    form = {"csrf_token": proof[1], "email": email, "password": password}
    opener.open(Request(f"{address}/sign-in", urlencode(form).encode()), timeout=30)
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)
