"""The project's documents as tests read them: commands, links, headings and paths."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from app.config import PROJECT

GUIDES = [PROJECT / "README.md", PROJECT / "CONTRIBUTING.md", *sorted(PROJECT.glob("docs/*.md"))]
DOCUMENTS = sorted({*PROJECT.glob("*.md"), *GUIDES})

_FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_SETTING = re.compile(r"[A-Z_]+=\S*")


class Command(NamedTuple):
    """One command of a document, without its settings and comments."""

    document: str
    words: tuple[str, ...]

    @property
    def program(self) -> str:
        """The program that it runs."""
        return self.words[0]


def commands() -> list[Command]:
    """Return the commands in all blocks of shell commands."""
    return [
        Command(path.name, words)
        for path in GUIDES
        for _, kind, block in _FENCE.findall(path.read_text())
        if kind == "sh"
        for line in _lines(block)
        if (words := _words(line))
    ]


def rows_of(document: Path, header: str) -> list[list[str]]:
    """Return the rows of the table whose header begins with some text, as cells."""
    lines = document.read_text().splitlines()
    begin = next(place for place, line in enumerate(lines) if line.startswith(f"| {header}"))
    rows = []
    for line in lines[begin + 2 :]:
        if not line.startswith("|"):
            break
        cells = re.split(r"(?<!\\)\|", line.strip("|"))
        rows.append([cell.strip().replace("\\|", "|") for cell in cells])
    return rows


def links(document: Path) -> list[str]:
    """Return where the links and pictures of a document lead to."""
    return _LINK.findall(_FENCE.sub("", document.read_text()))


def anchors(document: Path) -> set[str]:
    """Return the anchors of a document's headings, as GitHub makes them."""
    text = _FENCE.sub("", document.read_text())
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in headings}


def quoted(document: Path) -> set[str]:
    """Return all that a document quotes as code within its sentences."""
    return set(re.findall(r"`([^`\n]+)`", _FENCE.sub("", document.read_text())))


def _lines(block: str) -> Iterator[str]:
    """Join the lines of a command: those that end with a backslash, or within a quote."""
    joined = ""
    for line in block.splitlines():
        joined += line
        if joined.endswith("\\"):
            joined = joined[:-1]
            continue
        try:
            shlex.split(joined, comments=True)
        except ValueError:  # a quote is open
            joined += "\n"
            continue
        yield joined
        joined = ""
    assert not joined, f"a command has no end: {joined}"


def _words(line: str) -> tuple[str, ...]:
    words = shlex.split(line, comments=True)
    while words and _SETTING.fullmatch(words[0]):
        words.pop(0)
    return tuple(words)
