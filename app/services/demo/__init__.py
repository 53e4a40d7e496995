"""The demo fund: a made-up history, the same every time, that shows what both time axes are for."""

from app.services.demo.loading import NAME, TooFewEventsError, demo_history, load, load_once

__all__ = ["NAME", "TooFewEventsError", "demo_history", "load", "load_once"]
