"""The documents are right: commands, links, paths, settings and metrics exist as they say.

A command in a block of shell commands is checked by its program (`_CHECKS`), or a table says why
it cannot be (`_NOT_RUN`); a command in neither fails.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import click
import pytest
from flask import Flask
from pydantic_core import PydanticUndefined

from app import create_app
from app.config import PROJECT, PersonLimits, Settings
from tests.project import documents
from tests.project.documents import DOCUMENTS, Command

_OPERATIONS = PROJECT / "docs" / "operations.md"
_FLASKS_OWN = {"routes", "run", "shell"}
_CODE = {name: PROJECT / name for name in ("app", "e2e", "loadtests", "tasks", "tests")}
_IN_PROJECT = re.compile(r"(app|docs|e2e|loadtests|migrations|tasks|tests|\.ci|\.github)/[\w./*-]*")
_AT_TOP = re.compile(r"Makefile|(pyproject\.toml|requirements[\w-]*\.txt|[A-Z]+\.md)")
# Why a command is not checked here, by how it begins.
_NOT_RUN = {
    "pre-commit install": "it changes Git's hooks; test_hooks_run_what_lint_runs checks them",
    "printf": "it writes a file for the next command",
    "auth=": "it only sets a variable",
    ".venv/bin/playwright show-trace": "it opens a window; Playwright's own",
}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """Return the application without a database, which nothing here needs."""
    home = tmp_path_factory.mktemp("home")
    return create_app(Settings(home=home, database_url=None, secret_key="-"))  # noqa: S106


def _check_flask(command: Command, app: Flask) -> None:
    begin = command.words.index("app") + 1
    words = list(command.words[begin:])
    if ";" in "".join(words):  # what follows only prints the status
        words = " ".join(words).partition(";")[0].split()
    found, path, rest = _found(app, words)
    told = app.test_cli_runner().invoke(args=[*path, "--help"])
    assert told.exit_code == 0
    for option in (word for word in rest if word.startswith("--")):
        assert re.search(rf"{option}\b", told.output), f"{' '.join(path)} has no {option}"
    _, left, _ = found.make_parser(click.Context(found)).parse_args(rest)
    assert not left, f"{' '.join(path)} does not take {left}"


def _found(app: Flask, words: list[str]) -> tuple[click.Command, list[str], list[str]]:
    """Return a command of the flask program, the words that name it, and those after."""
    found: click.Command = app.cli
    place = 0
    while isinstance(found, click.Group):
        found = found.commands[words[place]]
        place += 1
    return found, words[:place], words[place:]


def _check_make(command: Command, _: Flask) -> None:
    targets = [word for word in command.words[1:] if "=" not in word]
    known = (PROJECT / "Makefile").read_text()
    for word in command.words[1:]:
        name = word.partition("=")[0]
        assert word in targets or re.search(rf"\b{name}\b", known), f"the Makefile knows no {name}"
    assert targets
    shown = ["make", "-n", *targets]  # and not run
    done = subprocess.run(shown, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def _check_python(command: Command, _: Flask) -> None:
    if command.words[1] != "-m":
        return _check_paths(command.words[1:])
    module = command.words[2]
    if module == "pytest":
        return _check_paths([word for word in command.words if "/" in word[1:]][1:])
    source = _source(module)
    for option in (word for word in command.words if word.startswith("--")):
        assert re.search(rf"{option}\b", source), f"{module} has no {option}"
    return None


def _check_paths(paths: list[str] | tuple[str, ...]) -> None:
    for path in paths:
        assert (PROJECT / path).exists(), path


def _source(module: str) -> str:
    """Return the text of a module, or of the one that a folder runs."""
    path = PROJECT / module.replace(".", "/")
    file = path / "__main__.py" if path.is_dir() else path.with_suffix(".py")
    return file.read_text()


def _check_curl(command: Command, app: Flask) -> None:
    text = " ".join(command.words).replace("$fund", str(uuid4()))
    [path] = re.findall(r"http://127\.0\.0\.1:8000(/[^\s?]*)", text)
    method = "POST" if " -d " in text else "GET"
    app.url_map.bind("127.0.0.1").match(path, method)  # which raises where there is no such route


_CHECKS: dict[str, Callable[[Command, Flask], None]] = {
    ".venv/bin/flask": _check_flask,
    ".venv/bin/python": _check_python,
    "curl": _check_curl,
    "fund=$(curl": _check_curl,
    "make": _check_make,
}


@pytest.mark.parametrize(
    "command", documents.commands(), ids=lambda each: " ".join(each.words)[:60]
)
def test_each_command_exists_as_it_is_written(command: Command, app: Flask) -> None:
    text = " ".join(command.words)
    if any(text.startswith(begin) for begin in _NOT_RUN):
        return
    assert command.program in _CHECKS, f"{command.document}: nothing checks {text!r}"
    _CHECKS[command.program](command, app)


def test_no_reason_stands_for_a_command_that_is_gone() -> None:
    texts = [" ".join(each.words) for each in documents.commands()]
    assert all(any(text.startswith(begin) for text in texts) for begin in _NOT_RUN)


def test_the_table_of_commands_lists_each_with_its_options(app: Flask) -> None:
    listed = set()
    for cell, _ in documents.rows_of(_OPERATIONS, "command (each after"):
        words = re.sub(r"[\[\]]", "", cell.strip("`")).split()
        found, path, rest = _found(app, words)
        listed.add(" ".join(path))
        options = {word for word in rest if word.startswith("--")}
        assert options == set(_options(found)), cell
    assert listed == set(_leaves(app.cli, "")) - _FLASKS_OWN


def _leaves(command: click.Command, path: str) -> Iterator[str]:
    if isinstance(command, click.Group):
        for name, each in command.commands.items():
            yield from _leaves(each, f"{path} {name}".strip())
    else:
        yield path


def _options(command: click.Command) -> Iterator[str]:
    for each in command.params:
        if isinstance(each, click.Option):
            yield each.opts[0]


def test_the_tables_of_load_tests_list_what_there_is() -> None:
    page = PROJECT / "docs" / "load.md"
    for cell, _ in documents.rows_of(page, "command (each after"):
        module, *words = re.sub(r"[\[\]]", "", cell.strip("`")).split()
        source = _source(module)
        for option in (word for word in words if word.startswith("--")):
            assert f'"{option}"' in source, cell
    scenarios = {row[0].strip("`") for row in documents.rows_of(page, "scenario")}
    known = (PROJECT / "loadtests" / "gates" / "scenarios.py").read_text()
    assert all(f'"{name}"' in known for name in scenarios)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_each_link_leads_somewhere(document: Path) -> None:
    links = [each for each in documents.links(document) if not re.match(r"https?://", each)]
    assert [link for link in links if not _leads_somewhere(document, link)] == []


def _leads_somewhere(document: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = (document.parent / path).resolve() if path else document
    return target.exists() and (not anchor or anchor in documents.anchors(target))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_each_path_of_the_project_exists(document: Path) -> None:
    quoted = sorted(documents.quoted(document))
    paths = [each for each in quoted if _IN_PROJECT.fullmatch(each) or _AT_TOP.fullmatch(each)]
    assert [path for path in paths if not any(PROJECT.glob(path.rstrip("/")))] == []


def test_the_table_of_settings_lists_what_is_read() -> None:
    names = re.compile(r'"(ASOF_\w+|DATABASE_URL|SECRET_KEY|PGSERVER_POSTGRES_VERSION)"')
    read = {name for path in _CODE["app"].rglob("*.py") for name in names.findall(path.read_text())}
    assert set(_settings()) == read


def test_the_table_of_settings_has_the_defaults() -> None:
    told = _settings()
    declared = [*Settings.model_fields.values(), *PersonLimits.model_fields.values()]
    for each in declared:
        name, default = each.validation_alias, each.default
        if name and default not in {PydanticUndefined, None, (), PROJECT / "var"}:
            shown = int(default) if isinstance(default, bool) else default
            assert told[str(name)] == str(shown), name


def _settings() -> dict[str, str]:
    """Return the default of each setting, as the page writes it."""
    told: dict[str, str] = {}
    for names, default, _ in documents.rows_of(_OPERATIONS, "variable"):
        defaults = [each.strip(" `") for each in default.split(", ")]
        told |= dict(zip(re.findall(r"[A-Z_]+", names), defaults, strict=True))
    return told


def test_each_metric_that_is_named_is_counted() -> None:
    code = "".join(path.read_text() for path in _CODE["app"].rglob("*.py"))
    named = re.findall(r"\basof_\w+", _OPERATIONS.read_text())
    for name in {*named} - {"asof_app"}:  # which is a role
        counted = name.removesuffix("_total")
        gauge = f'_gauge("{counted.removeprefix("asof_")}"'
        assert f'"{counted}"' in code or gauge in re.sub(r"\(\s+", "(", code), name


def test_hooks_run_what_lint_runs() -> None:
    hooks = (PROJECT / ".pre-commit-config.yaml").read_text()
    [recipe] = re.findall(
        r"^lint:.*\n((?:\t.*\n)+)", (PROJECT / "Makefile").read_text(), re.MULTILINE
    )
    tool = r"([\w-]+(?: check| format)?)"
    assert sorted(re.findall(rf"entry: \.venv/bin/{tool}", hooks)) == sorted(
        re.findall(rf"\$\(BIN\)/{tool}", recipe)
    )


def test_the_readme_is_short_and_its_picture_small() -> None:
    assert len((PROJECT / "README.md").read_text().splitlines()) < 150
    assert (PROJECT / "docs" / "images" / "fund.png").stat().st_size < 400_000
