"""Processes that do not outlive their parent."""

from __future__ import annotations

import os
import signal
import time
from threading import Thread

_LOOK_EVERY = 0.2  # seconds between two looks at whether the parent lives
_LEAVE_WITHIN = 1.0  # seconds for what is in hand


def exit_with_parent(parent: int) -> None:
    """End this process, gracefully if it can, soon after its parent was killed."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_LOOK_EVERY)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(_LEAVE_WITHIN)
        os.kill(os.getpid(), signal.SIGKILL)

    Thread(target=watch, name="leave-with-parent", daemon=True).start()
