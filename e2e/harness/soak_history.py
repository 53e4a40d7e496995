"""What earlier soak runs showed, in one small file beside the tests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, ClassVar

from e2e.harness.tally import function_of

Record = dict[str, Any]


class History:
    """The records of soak runs, the oldest first."""

    KEPT: ClassVar[int] = 200
    ENOUGH: ClassVar[int] = 50

    def __init__(self, file: Path) -> None:
        """Read what there is."""
        self._file = file
        self.records: list[Record] = json.loads(file.read_text()) if file.exists() else []

    def append(self, record: Record) -> None:
        """Keep one more run, in a line of its own, and forget what is too old."""
        self.records = [*self.records, record][-self.KEPT :]
        lines = ",\n".join(json.dumps(each) for each in self.records)
        self._file.write_text(f"[\n{lines}\n]\n")

    def shows_steady(self, test: str) -> bool:
        """Return whether a test, tagged in enough runs, needed no rerun in the last of them.

        Only runs in which it was tagged count: untagged, it would not have been tried again.
        """
        runs = [each for each in self.records if test in each["tagged"]][-self.ENOUGH :]
        rerun = {function_of(name) for run in runs for name in run["reruns"]}
        return len(runs) == self.ENOUGH and test not in rerun
