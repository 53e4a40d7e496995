"""People who sign in to the site, and ask as browsers and programs do."""

from __future__ import annotations

import html
import re
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlencode

from locust import FastHttpUser

from loadtests.gates.cast import Part
from loadtests.gates.users.measuring import Measuring, current

BROWSER = {"User-Agent": "asof-load"}  # a session stays with the browser that began it
PARTIAL = {**BROWSER, "HX-Request": "true", "HX-Request-Type": "partial"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Visitor(FastHttpUser):
    """A person with a part, signed in by the form."""

    abstract = True
    part: Part
    chance: Random
    _window = 0

    @property
    def measuring(self) -> Measuring:
        """The run that this person is in."""
        return current()

    def on_start(self) -> None:
        """Sign in. Redirects are not followed: each request is measured for itself."""
        self.client.client.redirect_response_codes = frozenset()  # type: ignore[misc]
        self.part = self.measuring.part(type(self).__name__)
        self.chance = Random(self.part.email)
        form = {"email": self.part.email, "password": self.part.password}
        page = self.client.get("/sign-in", name="sign in", headers=BROWSER)
        self.send("/sign-in", form | {"csrf_token": field(page.text, "csrf_token")}, "sign in")
        self.measuring.ready()

    def reconnect_in_each_window(self) -> None:
        """Begin a window on a new connection, which may lead to another web process."""
        if self._window != self.measuring.window:
            self._window = self.measuring.window
            self.client.client.close()

    def send(self, path: str, form: dict[str, Any], name: str, file: Path | None = None) -> str:
        """Send a form as a page does; give where it leads to. A form that stays is a failure."""
        sent: dict[str, Any] = {"data": encoded(form), "headers": BROWSER | FORM}
        if file:
            files = {"file": (file.name, file.read_bytes(), "text/csv")}
            sent = {"data": form, "files": files, "headers": BROWSER}
        with self.client.post(path, name=name, catch_response=True, **sent) as answer:
            if answer.status_code == 303:
                answer.success()
                return str(answer.headers["Location"])
            answer.failure(instead(answer, "303"))
            return ""

    def any_day(self) -> date:
        """Choose one of the fund's days."""
        return self.part.first_day + timedelta(days=self.chance.randrange(self.part.days))


def instead(answer: Any, wanted: str) -> str:  # noqa: ANN401 (Locust's own)
    """Tell what came in the place of what was wanted."""
    came = answer.status_code or f"no answer ({answer.error!r})"
    return f"{came} instead of {wanted}"


def encoded(form: dict[str, Any]) -> str:
    """Write a form as browsers send it."""
    return urlencode(form)


def field(page: str | None, name: str) -> str:
    """Read a hidden field of a page's form."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page or "")
    return html.unescape(found[1]) if found else ""
