"""The demo fund: a made-up history, the same every time, that shows what both time axes are for."""

from app.services.demo.loader import (
    NAME,
    TooFewEventsError,
    demo_history,
    load,
    load_once,
    people_once,
)
from app.services.demo.people import with_password

__all__ = [
    "NAME",
    "TooFewEventsError",
    "demo_history",
    "load",
    "load_once",
    "people_once",
    "with_password",
]
