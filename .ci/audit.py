"""Look for known weaknesses in what is shipped, and write its licences and its bill of materials.

What is shipped is installed into an environment of its own, from its lock, and looked at by tools
from another; so what tests the site is in neither list. `python .ci/audit.py OUT` writes
`licences.md` and `sbom.json` (CycloneDX), and ends with status 1 where a weakness is known, or
where it cannot be found out.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

_PROJECT = Path(__file__).resolve().parent.parent
_VENDORED = _PROJECT / "app" / "static" / "vendor"
# Their names on npm, and their licences.
_PACKAGES = {"htmx": ("htmx.org", "0BSD"), "plotly-basic": ("plotly.js-basic-dist-min", "MIT")}


def main() -> int:
    """Run all three, whatever the first finds."""
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        shipped = _installed(Path(folder, "shipped"), "requirements.txt")
        tools = _installed(Path(folder, "tools"), "requirements-audit.txt")
        licences = ["--order=license", "--format=markdown", "--with-urls"]
        _run(tools / "pip-licenses", f"--python={shipped / 'python'}", *licences, out=out)
        _write_bill(tools, shipped, out / "sbom.json")
        lock = str(_PROJECT / "requirements.txt")
        audit = [tools / "pip-audit", "--strict", "--require-hashes", "--disable-pip", "-r", lock]
        return subprocess.run(audit, check=False).returncode  # noqa: S603 (the tool just installed)


def _installed(folder: Path, lock: str) -> Path:
    """Install what a lock pins, and return the folder with its programs."""
    venv.create(folder, with_pip=True)
    programs = folder / "bin"
    pip = [programs / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--require-hashes", "-r", _PROJECT / lock], check=True)  # noqa: S603
    return programs


def _run(tool: Path, *words: str, out: Path) -> None:
    done = subprocess.run([tool, *words], check=True, stdout=subprocess.PIPE)  # noqa: S603
    (out / "licences.md").write_bytes(done.stdout)


def _write_bill(tools: Path, shipped: Path, path: Path) -> None:
    """Write what Python's packages are, and add what is shipped in a folder of the project."""
    words = ["environment", "--pyproject", _PROJECT / "pyproject.toml", "--output-reproducible"]
    cyclonedx = [tools / "cyclonedx-py", *words, "-o", path, shipped / "python"]
    subprocess.run(cyclonedx, check=True)  # noqa: S603
    bill = json.loads(path.read_text())
    bill["metadata"]["component"]["version"] = _version()
    bill["components"] = [
        each for each in bill["components"] if each["name"] not in {"pip", "setuptools"}
    ] + [_vendored(file) for file in sorted(_VENDORED.glob("*.js"))]
    path.write_text(json.dumps(bill, indent=2) + "\n")


def _version() -> str:
    """Return the project's version, which stands in its settings alone."""
    settings = (_PROJECT / "app" / "config.py").read_text()
    found = re.search(r'^VERSION = "(.+)"$', settings, re.MULTILINE)
    assert found is not None
    return found[1]


def _vendored(file: Path) -> dict[str, object]:
    found = re.fullmatch(r"(htmx|plotly-basic)-([\d.]+)\.min\.js", file.name)
    assert found is not None, f"{file.name} is not known here: say what it is"
    package, licence = _PACKAGES[found[1]]
    purl = f"pkg:npm/{package}@{found[2]}"
    return {
        "bom-ref": purl,
        "type": "library",
        "name": package,
        "version": found[2],
        "purl": purl,
        "hashes": [{"alg": "SHA-256", "content": hashlib.sha256(file.read_bytes()).hexdigest()}],
        "licenses": [{"license": {"id": licence}}],
    }


if __name__ == "__main__":
    sys.exit(main())
