"""Judges import files that are made to cost as much as they can, each in a process of its own.

Each file goes the way of an upload: the look at its header, then the dry run with the report of
its faults. What is measured is what a person's file can take of the web server and of a worker:
seconds of the processor, and memory.
Run it as `.venv/bin/python -m loadtests.hostile_files [--only NAME] [--seconds S]`.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from time import process_time
from typing import Any

import orjson

from app.services.import_files.faults import ImportFaultsError, faults_file
from app.services.import_files.mapping import propose_mapping
from app.services.imports.plan import ImportAnswers, plan_as_given
from app.services.imports.report import of_faults, sample
from app.services.sheets import UnreadableFileError
from loadtests import report
from loadtests.hostile_tables import TABLES

_MEMORY = 8 * 2**30  # bytes after which a process is refused more
_AIMS = {"look s": 3.0, "judge s": 130.0, "peak MB": 1000}


def main() -> int:
    """Judge every file; 0 where each stays within what is promised."""
    parser = report.arguments(__doc__)
    parser.add_argument("--only", default="", help="names that contain this")
    parser.add_argument(
        "--seconds", type=int, default=300, help="of the processor, until a file is given up"
    )
    parser.add_argument("--judge", type=Path, help="judge this file in this process")
    given = parser.parse_args()
    if given.judge:
        print(orjson.dumps(_judged(given.judge.read_bytes())).decode())
        return 0
    rows = [_tried(name, given.seconds) for name in TABLES if given.only in name]
    print(report.table(rows))
    print(f"written to {report.write(given.out, 'hostile_files', {'files': rows, 'aims': _AIMS})}")
    return 0 if all(_keeps(row) for row in rows) else 1


def _keeps(row: dict[str, Any]) -> bool:
    return row["told"] != "" and all(row[name] < aim for name, aim in _AIMS.items())


def _tried(name: str, seconds: int) -> dict[str, Any]:
    """Judge a file in a process of its own, and watch what it takes."""
    with tempfile.TemporaryDirectory(prefix="asof-hostile-") as folder:
        file, said = Path(folder) / "file", Path(folder) / "said"
        file.write_bytes(content := TABLES[name]())
        with said.open("wb") as out:
            words = [sys.executable, "-m", "loadtests.hostile_files", "--judge", str(file)]
            limits = {resource.RLIMIT_AS: _MEMORY, resource.RLIMIT_CPU: seconds}
            child = subprocess.Popen(words, stdout=out, preexec_fn=lambda: _limit(limits))  # noqa: PLW1509
            _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        took = round(usage.ru_utime + usage.ru_stime, 2)
        found = orjson.loads(said.read_bytes()) if child.returncode == 0 else {}
    row = {
        "file": name,
        "MB": round(len(content) / 2**20, 1),
        "look s": found.get("look", took),
        "judge s": found.get("judge", took),
        "peak MB": usage.ru_maxrss // 1024,
        "told": found.get("told", ""),
    }
    print(row, flush=True)
    return row


def _limit(limits: dict[int, int]) -> None:
    for kind, most in limits.items():
        resource.setrlimit(kind, (most, most))


def _judged(content: bytes) -> dict[str, Any]:
    """Look at a file's header and judge it; return the processor's seconds, and what is told."""
    began = process_time()
    try:
        rows = sample(content)
        propose_mapping(rows[0] if rows else [])
    except UnreadableFileError as error:
        looked = process_time() - began
        return {"look": round(looked, 2), "judge": 0.0, "told": f"not taken: {error}"[:200]}
    looked = process_time()
    try:
        plan = plan_as_given(content, ImportAnswers(spare=True))
        told = f"{len(plan.drafts)} events"
    except ImportFaultsError as error:
        file, findings = (
            faults_file(error.faults),
            orjson.dumps(of_faults(error, content), option=orjson.OPT_NON_STR_KEYS),
        )
        told = f"{len(error.faults)} faults, {(len(file) + len(findings)) // 1024} KB; the last: "
        told += str(error.faults[-1])[:200]
    judged = process_time()
    return {"look": round(looked - began, 2), "judge": round(judged - looked, 2), "told": told}


if __name__ == "__main__":
    sys.exit(main())
