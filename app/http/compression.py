"""Answers go out compressed, but for those that hold a secret.

A page has the proof that its forms are ours. Beside what others can bring into the page its
compressed length would tell of it (BREACH, 2013): what a proof was written into goes out as it is.
"""

from __future__ import annotations

from flask import Flask, Response, g
from flask_compress import Compress

_PROOF = "csrf_token"  # under this name Flask-WTF keeps the one that it wrote for a request


def register(app: Flask) -> None:
    """Compress JSON and parts of pages, by whatever the client takes."""
    app.config |= {
        "COMPRESS_REGISTER": False,
        "COMPRESS_ALGORITHM": ["zstd", "br", "gzip"],
        # Answers are made anew each time: the least effort saves most of the bytes.
        "COMPRESS_LEVEL": 1,
        "COMPRESS_BR_LEVEL": 1,
        "COMPRESS_ZSTD_LEVEL": 1,
        "COMPRESS_MIMETYPES": ["application/json", "application/problem+json", "text/html"],
    }
    compress = Compress(app)

    def compressed(response: Response) -> Response:
        return response if _PROOF in g else compress.after_request(response)

    app.after_request(compressed)
