"""The rules of the house that a machine can hold: layers, names, pins and what the repository may contain."""

from __future__ import annotations

import ast
import fnmatch
import functools
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted(path for root in ("app", "db") for path in (ROOT / root).rglob("*.py"))
TOP_LEVEL = {
    *("pyproject.toml", "app", "resources", "db", "tests", "packaging"),
    *("README.md", "ARCHITECTURE.md", "CHANGELOG.md", "SECURITY.md", "LICENSE", ".ci", ".gitignore"),
}
LARGEST_FILE_BYTES = 5_000_000
VAGUE_NAMES = {"util", "utils", "common", "misc", "helpers", "manager"}
OF_ONE_MACHINE = re.compile(
    r"(?<![\w.})-])/(?:root|work)\b|pypi[.]org|pythonhosted[.]org|--(?:extra-)?index-url|[_]index_url", re.IGNORECASE
)
PIN = re.compile(
    r"^([a-z0-9.-]+)==([^\s;\\]+)[^\n\\]*\\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", re.MULTILINE
)


@functools.cache
def committed_files() -> tuple[Path, ...]:
    """What git tracks; in a tree that git does not know, every file that .gitignore lets through."""
    if (ROOT / ".git").exists():
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False, text=True)
        tracked = [ROOT / name for name in listed.stdout.split("\0") if name]
        if tracked:
            return tuple(path for path in tracked if path.is_file())
    ignored = {".git", *(line.rstrip("/") for line in (ROOT / ".gitignore").read_text("utf-8").splitlines())}

    def is_kept(name: str) -> bool:
        return not any(fnmatch.fnmatch(name, pattern) for pattern in ignored)

    found = []
    for folder, folders, files in os.walk(ROOT):
        folders[:] = filter(is_kept, folders)
        found += [Path(folder, name) for name in filter(is_kept, files)]
    return tuple(found)


def pins(name: str) -> dict[str, Version]:
    text = (ROOT / "packaging" / name).read_text("utf-8")
    return {found[1]: Version(found[2]) for found in PIN.finditer(text)}


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def imported_modules(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def banned_calls(tree: ast.AST) -> Iterator[str]:
    yield from (name for name in imported_modules(tree) if name == "time.sleep")
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and "file=sys.stderr" in map(ast.unparse, node.keywords):
            continue  # the last word of a process that has no window
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"print", "time.sleep"}:
            yield ast.unparse(node.func)
        elif isinstance(node, ast.Attribute) and node.attr == "processEvents":
            yield ast.unparse(node)


def offences(find: Callable[[ast.AST], Iterator[str]], paths: list[Path]) -> list[str]:
    trees = ((path, ast.parse(path.read_bytes())) for path in paths)
    return [f"{path.relative_to(ROOT)}: {what}" for path, tree in trees for what in find(tree)]


def test_import_contracts_are_kept() -> None:
    # In a process of its own: the tool switches off every logger that is there when it starts.
    script = "import sys; from importlinter import cli; sys.exit(cli.lint_imports(no_cache=True))"
    path = os.pathsep.join(str(ROOT / name) for name in ("app", "db"))
    told = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=os.environ | {"PYTHONPATH": path}, capture_output=True, text=True
    )
    assert told.returncode == 0, told.stdout + told.stderr


def test_import_contracts_have_no_exceptions() -> None:
    contracts = project()["tool"]["importlinter"]["contracts"]
    assert contracts
    assert not [contract["name"] for contract in contracts if "ignore_imports" in contract]


def test_the_search_for_offences_finds_them() -> None:
    tree = ast.parse(
        "import time\nfrom time import sleep\nprint(1)\nprint(2, file=sys.stderr)\ntime.sleep(1)\n"
        "q.processEvents()\nimport sqlite3.dbapi2"
    )
    assert sorted(banned_calls(tree)) == ["print", "q.processEvents", "time.sleep", "time.sleep"]
    assert "sqlite3.dbapi2" in set(imported_modules(tree))


def test_records_are_never_opened_without_encryption() -> None:
    def plain_sqlite(tree: ast.AST) -> Iterator[str]:
        return (name for name in imported_modules(tree) if name.split(".")[0] in {"sqlite3", "_sqlite3"})

    assert offences(plain_sqlite, SOURCES) == []


def test_the_window_is_never_held_up_and_only_the_command_line_prints() -> None:
    app = [path for path in SOURCES if path.is_relative_to(ROOT / "app") and path.parent.name != "cli"]
    assert app
    assert offences(banned_calls, app) == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    names = {part for path in SOURCES for part in path.relative_to(ROOT).with_suffix("").parts}
    assert names & VAGUE_NAMES == set()


def test_top_level_holds_what_was_agreed_and_nothing_else() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in committed_files()} == TOP_LEVEL


def test_continuous_integration_runs_what_the_readme_says_and_no_more() -> None:
    lines = (ROOT / ".ci" / "run").read_text("utf-8").splitlines()
    assert lines[:3] == ["#!/usr/bin/env bash", "set -eu", 'cd "$(dirname "$0")/.."']
    assert lines[3:] == ["python3 packaging/dev.py test"]
    assert lines[3] in (ROOT / "README.md").read_text("utf-8")


def test_no_committed_file_is_huge() -> None:
    assert [path for path in committed_files() if path.stat().st_size >= LARGEST_FILE_BYTES] == []


def test_no_committed_text_names_one_machine_or_one_index() -> None:
    found = []
    for path in committed_files():
        data = path.read_bytes()
        if b"\0" in data:
            continue
        for number, line in enumerate(data.decode("utf-8", errors="replace").splitlines(), start=1):
            if OF_ONE_MACHINE.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}")
    assert found == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned_and_hashed(name: str) -> None:
    lines = (ROOT / "packaging" / name).read_text("utf-8").splitlines()
    named = [line for line in lines if line and not line.startswith(("#", " "))]
    assert len(named) == len(pins(name)) > 0


def test_every_dependency_is_pinned_within_its_bounds() -> None:
    pinned = pins("requirements.txt")
    wanted = [Requirement(line) for line in project()["project"]["dependencies"]]
    outside = [str(one) for one in wanted if pinned[one.name.lower().replace("_", "-")] not in one.specifier]
    assert wanted
    assert outside == []


def test_both_requirement_files_agree_on_what_they_share() -> None:
    runtime, tools = pins("requirements.txt"), pins("requirements-dev.txt")
    assert {name: runtime[name] for name in runtime.keys() & tools} == {
        name: tools[name] for name in runtime.keys() & tools
    }


def test_qt_binding_stays_below_the_version_that_loses_references() -> None:
    declared = {one.name: one for one in map(Requirement, project()["project"]["dependencies"])}
    assert "6.12.0" not in declared["PySide6-Essentials"].specifier
    assert pins("requirements.txt")["pyside6-essentials"] < Version("6.12")
