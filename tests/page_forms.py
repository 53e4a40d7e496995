"""The forms that pages show, as a program reads them: where each is sent, and what it says."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from flask.testing import FlaskClient


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append((given.get("method", "get").lower(), given.get("action", ""), {}))
        elif self.forms and (name := given.get("name")):
            self.forms[-1][2].setdefault(name, given.get("value", ""))


def said_by_form(client: FlaskClient, path: str, fund_id: object) -> dict[str, Any]:
    """Read what the form says that is sent to a path, as far as a page near it shows one."""
    fund = f"/funds/{fund_id}"
    for page in (path, path.rsplit("/", 1)[0] + "/", f"{fund}/timeline", f"{fund}/valuations/"):
        answer = client.get(page)
        if answer.status_code != 200 or "html" not in answer.content_type:
            continue
        shown = _Forms()
        shown.feed(answer.text)
        for method, action, said in shown.forms:
            if method == "post" and (urlsplit(action).path or page) == path:
                return {name: text for name, text in said.items() if name != "csrf_token"}
    return {}
