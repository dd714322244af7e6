"""The way of the data is one way: a module imports only what stands before it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import cscheck

PACKAGE = Path(cscheck.__file__).parent
# From the values to the command line; a folder counts as one module and has an order of its own below.
ORDER = [
    "errors", "checks", "data", "collector", "cache", "fingerprint",  # files
    "source", "model", "categories", "norms",  # words, data
    "normalize", "patterns", "parser", "classes", "details", "segment", "literals", "ways", "needs", "entries", "sieve",
    "repair", "batch", "sight", "learn", "scanned",
    "cues", "view", "scope", "judge", "condition", "positions",  # one match
    "operators", "pickled", "rule", "examples", "states", "rulefile", "pack", "coverage", "audience", "search",
    "program",  # rules
    "scan", "finding", "plan", "decide", "selftest",  # verdicts
    "scheme", "amounts", "contradictions", "schemefile", "lint", "score", "assess", "rulebook", "explain",  # scores
    "marks",
    "intervals", "tallies", "comparison", "agents",  # figures of agents
    "turntable", "reasons", "readers", "arguments", "unjudged",  # what is given
    "overlap", "gather", "tables", "excerpts", "record", "outfolder",  # tables, files
    "workbook", "display", "results", "job", "checker", "changes",  # users' results
    "evaluate", "training",  # measuring, learning
    "commands", "cli",  # users
    "__init__",
]  # fmt: skip
OPERATORS = [
    "phrases", "pattern", "any_of", "all_of", "negation", "neighbour", "scoped", "state", "silence", "details", "echo",
    "meta", "learned", "__init__",
]  # fmt: skip
READERS = [
    "encoding", "frames", "lexicon", "raw", "roles", "mapping", "values", "parted", "talk", "cell", "collected",
    "columns", "moments", "jsoncell", "persons", "header", "numbers", "dialogues", "times", "timing", "taken",
    "timeofday", "clocked", "metadata", "dates", "years", "understand", "delimited", "excel", "jsonl", "parquet",
    "blocks", "plaintext", "files", "kinds", "survey", "draft", "__init__",
]  # fmt: skip
EVALUATE = [
    "labels", "lines", "observe", "measure", "review", "sheet", "misses", "noise", "read", "evaluation", "publish",
    "__init__",
]  # fmt: skip
REPAIR = ["table", "vocabulary", "evasion", "reread", "shape", "sound", "__init__"]
COMMANDS = [
    "outlets", "options", "score", "columns", "explain", "diff", "evaluate", "rules", "norms", "lint", "test", "train",
    "__init__",
]  # fmt: skip
LEARN = ["features", "model", "__init__"]
TRAINING = ["sentences", "likeness", "fit", "card", "__init__"]
FOLDERS = {
    ".": ORDER, "operators": OPERATORS, "readers": READERS, "evaluate": EVALUATE, "commands": COMMANDS,
    "repair": REPAIR, "learn": LEARN, "training": TRAINING,
}  # fmt: skip
TABLES = {"pyarrow", "pandas"}
EDGES = {
    "turntable", "readers", "unjudged", "overlap", "gather", "tables", "excerpts", "workbook", "display", "results",
    "job", "checker", "changes", "evaluate", "training", "commands",
}  # fmt: skip
SEGMENTERS = {"jieba", "rjieba"}


def modules(folder: Path) -> dict[str, list[Path]]:
    """Return the modules and folders of a package with their files."""
    found = {path.stem: [path] for path in folder.glob("*.py")}
    for below in folder.iterdir():
        if below.is_dir() and list(below.glob("*.py")):
            found[below.name] = sorted(below.glob("*.py"))
    return found


def imports(path: Path, base: Path) -> set[str]:
    """Return the modules directly below ``base`` that a file imports, wherever in the file."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            home = path.parents[node.level - 1]
            if home == base:
                found |= {node.module.split(".")[0]} if node.module else {alias.name for alias in node.names}
            elif home.is_relative_to(base):
                found.add(home.relative_to(base).parts[0])
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "cscheck":
            raise AssertionError(f"{path}: imports inside the package are relative")
    return found


def libraries(path: Path) -> set[str]:
    """Return the names of the libraries a file imports, by statement or by ``import_module``."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            found.add(node.module.split(".")[0])
        elif isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in (
            "import_module",
            "__import__",
        ):
            found |= {arg.value for arg in node.args if isinstance(arg, ast.Constant)}
    return found


@pytest.mark.parametrize(("folder", "order"), FOLDERS.items())
def test_every_module_has_its_place(folder: str, order: list[str]) -> None:
    """The lists of this test name every module once, and none that does not exist."""
    assert sorted(modules(PACKAGE / folder)) == sorted(order)


@pytest.mark.parametrize(("folder", "order"), FOLDERS.items())
def test_a_module_imports_only_earlier_ones(folder: str, order: list[str]) -> None:
    """No module imports a later one, neither at its top nor inside a function."""
    base = (PACKAGE / folder).resolve()
    for name, files in modules(base).items():
        for file in files:
            later = {other for other in imports(file, base) - {name} if order.index(other) > order.index(name)}
            assert later == set(), f"{file.name} stands before {later}"


def test_only_the_edges_know_tables() -> None:
    """From normalizing to scoring nothing knows pyarrow or pandas."""
    users = {name for name, files in modules(PACKAGE).items() for file in files if libraries(file) & TABLES}
    assert users <= EDGES


def test_only_segment_knows_a_segmenter() -> None:
    """jieba and rjieba are imported in one place."""
    users = {name for name, files in modules(PACKAGE).items() for file in files if libraries(file) & SEGMENTERS}
    assert users == {"segment"}
