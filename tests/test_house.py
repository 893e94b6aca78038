"""What the house promises of itself: docstrings, sizes, names, errors, requirements."""

import ast
import importlib
import os
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

import admittance
from admittance import errors

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "admittance"
MODULES = sorted(SOURCE.rglob("*.py"))
PACKAGES = [path for path in MODULES if path.name == "__init__.py" and path.parent != SOURCE and path.parent.parent == SOURCE]
LARGEST_MODULE = 500
DRAWERS = {"utils", "util", "helpers", "helper", "common", "misc"}


def shown(path: Path) -> str:
    return str(path.relative_to(SOURCE))


@pytest.mark.parametrize("path", MODULES, ids=shown)
def test_a_module_is_small_and_says_what_it_is_for(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) <= LARGEST_MODULE
    assert path.stem not in DRAWERS
    assert ast.get_docstring(ast.parse(text))


@pytest.mark.parametrize("path", PACKAGES, ids=shown)
def test_a_room_says_what_may_enter_it(path: Path) -> None:
    docstring = ast.get_docstring(ast.parse(path.read_text()))
    assert docstring is not None
    assert "What may enter" in docstring


@pytest.mark.parametrize("module", sorted(info.name for info in pkgutil.walk_packages(admittance.__path__, "admittance.")))
def test_what_a_module_makes_public_exists(module: str) -> None:
    loaded = importlib.import_module(module)
    public = getattr(loaded, "__all__", [])
    assert [name for name in public if not hasattr(loaded, name)] == []


def test_there_are_at_most_six_errors_and_the_tree_names_them_all() -> None:
    assert len(errors.__all__) <= 6
    assert errors.__doc__ is not None
    for name in errors.__all__:
        error = getattr(errors, name)
        assert issubclass(error, errors.AdmittanceError)
        assert name in errors.__doc__
        if error is not errors.AdmittanceError:
            assert re.search(rf"\b{name} +exit {error.exit_status}\b", errors.__doc__)


@pytest.mark.parametrize("lock", sorted((ROOT / "requirements").glob("*.txt")), ids=lambda lock: lock.name)
def test_locked_requirements_are_hashed_and_name_no_index(lock: Path) -> None:
    text = lock.read_text()
    assert "--hash=sha256:" in text
    assert "index-url" not in text
    assert "://" not in text


def test_every_folder_of_tests_mirrors_a_room() -> None:
    folders = {path.name for path in (ROOT / "tests").iterdir() if path.is_dir() and any(path.glob("test_*.py"))}
    assert folders <= {path.name for path in SOURCE.iterdir() if path.is_dir()}


def test_the_index_of_the_docs_lists_every_page_and_links_lead_somewhere() -> None:
    docs = ROOT / "docs"
    linked = set(re.findall(r"\]\(([^)#]+\.md)\)", (docs / "README.md").read_text()))
    pages = {str(path.relative_to(docs)) for path in docs.rglob("*.md") if path.parent.name != "design"}
    assert linked - {"design/README.md"} == pages - {"README.md"}


@pytest.mark.parametrize("page", sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]), ids=lambda path: path.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text()):
        assert (page.parent / link).exists(), link


@pytest.mark.parametrize(("given", "last"), [({}, "muzzy_decay_ms:-1"), ({"_RJEM_MALLOC_CONF": "narenas:2"}, "narenas:2")])
def test_the_allocator_is_told_to_keep_memory_before_it_is_loaded_unless_told_otherwise(
    given: dict[str, str], last: str
) -> None:
    program = "import os, admittance.model.tables; print(os.environ['_RJEM_MALLOC_CONF'])"
    others = {name: value for name, value in os.environ.items() if name != "_RJEM_MALLOC_CONF"}
    done = subprocess.run(
        [sys.executable, "-c", program], env=others | given, capture_output=True, text=True, check=True, timeout=60
    )
    # Polars puts its own settings before what it finds; the last of several holds.
    assert done.stdout.strip().split(",")[-1] == last
