"""A file of thousands of rows is imported by the forms, while twenty GPs drag the handle."""

from __future__ import annotations

import time
from pathlib import Path

from locust import constant, task

from loadtests.gates.judging import Gate
from loadtests.gates.users import dragging_gp, measuring
from loadtests.gates.users.visiting import BROWSER, PARTIAL, Visitor, field

NEW, UPLOAD, LOOK, COMMIT = "import: form", "import: upload", "import: how far", "import: commit"
_EVERY = 1.0  # seconds between two looks, as the page looks itself
_NAME = "A long history"


class GP(dragging_gp.DraggingGP):
    """One of those who look at another fund meanwhile."""


class Importer(Visitor):
    """Uploads the file, waits until every row is judged, imports it, and waits for the fund."""

    wait_time = constant(0)

    @task
    def bring_in(self) -> None:
        """Do so once; the measuring lasts as long as it takes."""
        self.measuring.begun.wait()
        began = time.monotonic()
        address = self._upload()
        page = self._await(address, 'data-testid="sound"')
        self.send(
            f"{address}commit", {"csrf_token": field(page, "csrf_token"), "name": _NAME}, COMMIT
        )
        if fund := self._await(address, ""):
            seconds = time.monotonic() - began
            self.measuring.told.append({"fund": fund.rsplit("/", 2)[1], "seconds": seconds})
        self.measuring.finish()
        self.stop()

    def _upload(self) -> str:
        page = self.client.get("/funds/import/", name=NEW, headers=BROWSER).text
        form = {"csrf_token": field(page, "csrf_token"), "name": _NAME}
        return self.send("/funds/import/", form, UPLOAD, Path(self.part.file))

    def _await(self, address: str, sign: str) -> str:
        """Look at the import until its page shows a sign, or leads to the fund; return which."""
        while not self.measuring.over.wait(_EVERY):
            answer = self.client.get(address, name=LOOK, headers=PARTIAL)
            if leads := answer.headers and answer.headers.get("HX-Redirect"):
                return str(leads)
            if sign and sign in (page := answer.text or ""):
                return page
            if answer.status_code != 200 or 'data-testid="faults"' in (answer.text or ""):
                self.measuring.finish()
        return ""


measuring.judged_by(
    Gate("p95", "<", 100, dragging_gp.FRAME),
    Gate("errors %", "≤", 0),
)
