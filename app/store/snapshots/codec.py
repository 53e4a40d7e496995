"""A fund's state as bytes, and back: what a snapshot keeps."""

from __future__ import annotations

import zlib
from functools import lru_cache
from hashlib import sha256
from typing import Any

import msgspec
import orjson

from app.domain.events.event_json import as_json
from app.domain.state.company_metrics import Metric, Metrics
from app.domain.state.state import FundState
from app.domain.terms import Terms


def encode(state: FundState) -> bytes:
    """Write a state; equal states that were folded in one order give equal bytes."""
    return _ENCODER.encode(state)


def decode(content: bytes) -> FundState:
    """Read a state as it was written, each time a new one, which may be folded onto."""
    return _DECODER.decode(content)


def state_hash(content: bytes) -> bytes:
    """Identify a state by its bytes (SHA-256)."""
    return sha256(content).digest()


def _written(value: object) -> bytes:
    """Write what is read lazily or by others as bytes within the bytes."""
    if isinstance(value, Terms):
        return orjson.dumps(as_json(value, exclude_none=True))
    if isinstance(value, Metrics):
        return zlib.compress(_ENCODER.encode(list(value)), level=1)
    raise NotImplementedError(f"a state holds no {type(value)}")


def _read(kind: type[Any], value: object) -> object:
    assert isinstance(value, bytes)
    if kind is Terms:
        return _terms(value)
    assert kind is Metrics
    return Metrics(lambda: _METRICS.decode(zlib.decompress(value)))


@lru_cache(maxsize=1_000)
def _terms(content: bytes) -> Terms:
    """Read terms, which hardly ever change and cannot be changed."""
    return Terms.model_validate_json(content)


_ENCODER = msgspec.msgpack.Encoder(enc_hook=_written)
_DECODER = msgspec.msgpack.Decoder(FundState, dec_hook=_read)
_METRICS = msgspec.msgpack.Decoder(list[Metric])
