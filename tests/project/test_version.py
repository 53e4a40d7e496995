"""The version stands once, in the settings; all else reads it there, or has none."""

from __future__ import annotations

import tomllib

from app.config import PROJECT, VERSION


def test_the_version_stands_in_the_settings_alone() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    assert "version" not in project["project"]
    assert project["project"]["dynamic"] == ["version"]
    assert project["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "app.config.VERSION"}


def test_the_changelog_tells_of_this_version() -> None:
    headings = [
        line.removeprefix("## ").partition(" ")[0]
        for line in (PROJECT / "CHANGELOG.md").read_text().splitlines()
        if line.startswith("## ")
    ]
    assert headings[0] == VERSION
