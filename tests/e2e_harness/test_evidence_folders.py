"""Each test that fails has a folder of its own, whatever its parameters."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from e2e.harness.evidence import folder_name, make_empty


@pytest.mark.parametrize(
    ("test", "folder"),
    [
        ("e2e/test_books.py::test_it", "test_books-test_it-"),
        ("e2e/journeys/test_gp.py::test_it[gp]", "test_gp-test_it-gp-"),
        ("e2e/test_pages.py::test_it[api/]", "test_pages-test_it-api-"),
        ("e2e/test_pages.py::test_it[../..]", "test_pages-test_it-"),
        ("e2e/test_pages.py::test_it[~?a=31/12/2012]", "test_pages-test_it-a-31-12-2012-"),
    ],
)
def test_a_folder_is_named_after_its_test(test: str, folder: str) -> None:
    assert re.fullmatch(f"{folder}[0-9a-f]{{6}}", folder_name(test))


def test_tests_whose_names_differ_in_what_no_folder_is_called_have_folders_of_their_own() -> None:
    tests = [f"e2e/test_pages.py::test_it[{page}]" for page in ("people/", "~people/", "people")]
    assert len({folder_name(test) for test in tests}) == 3


def test_a_name_is_no_longer_than_a_file_system_takes() -> None:
    assert len(folder_name("e2e/test_it.py::test_it[" + "x" * 999 + "]")) < 160


def test_what_an_earlier_run_left_is_removed_and_nothing_else(tmp_path: Path) -> None:
    results, home = tmp_path / "results", tmp_path / "home"
    for _ in range(2):
        make_empty(results)
        (results / "report.html").write_text("a report")
    make_empty(results)
    assert [each.name for each in results.iterdir()] == [".gitignore"]
    home.mkdir()
    (home / "diary").write_text("mine")
    with pytest.raises(FileExistsError, match="holds other things than results"):
        make_empty(home)
    assert (home / "diary").read_text() == "mine"
