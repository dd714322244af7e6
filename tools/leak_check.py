"""Looks for sentences of private texts (held-out evaluation sets, real transcripts) in what this project ships.

Run by hand, since the private texts are not in the repository::

    python tools/leak_check.py PRIVATE.jsonl... [--root FOLDER] [--allow TABLE]

Private texts are ``.jsonl`` (of each line the values under ``text`` and the second member of [role, text] pairs) or
plain text (one item a line). Checked is every text file of the project: rules, cues, word lists, norms, tests,
examples, training sentences, tools, documents, code; and the text columns of Parquet files.

Both sides are compared by their *letters*: folded as the library folds (width, case, script), and without
punctuation, blanks and the span marks of examples, so that a changed comma hides nothing. A leak is

- ``item``: a whole private item of at least 8 letters stands somewhere in a line of the project, or
- ``sentence``: a sentence of the project equals a sentence of a private item, both of at least 8 letters. Sentences
  end at 。！？；… and line breaks; those of the project also at quotes, brackets, ``|`` and a comma with a blank, which
  separate entries of lists.

Stock formulas that everybody says are taken out of the private texts first; they stand with their reason in
``tools/leak_allow.tsv``. What a pattern *matches* is not compared: only its letters are.

Prints ``path:line: kind: words`` for each place. Exit code 0: no leak; 1: leaks; 2: wrong usage.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
from ahocorasick_rs import AhoCorasick

from cscheck.model import ROLES
from cscheck.normalize import fold_phrase

LEAST = 8
TEXTS = {".yaml", ".yml", ".tsv", ".csv", ".txt", ".json", ".jsonl", ".md", ".py", ".toml", ".ipynb", ".html", ".j2"}
SKIPPED = {".git", ".venv", "dist", "build", "out", "__pycache__"}
ALLOWED = Path(__file__).with_name("leak_allow.tsv")
_NO_LETTER = re.compile(r"[\W_]+")
_ENDS = re.compile(r"[。！？；…!?;\n]|\\n")
_OUR_ENDS = re.compile(r"[。！？；…!?;\n\"'`“”‘’「」『』\[\](){}|<>\t]|\\n|, ")
_MARKS = re.compile("[⟦⟧]")


class Leak(NamedTuple):
    """One place of the project that holds private words; ``words`` are the letters that both sides share."""

    path: str
    line: int
    kind: str
    words: str


class Private(NamedTuple):
    """The private texts by their letters: whole items, and single sentences."""

    items: frozenset[str]
    sentences: frozenset[str]


def letters(text: str) -> str:
    """Return the folded letters and digits of a text."""
    return _NO_LETTER.sub("", fold_phrase(_MARKS.sub("", text)))


def read_private(paths: Iterable[Path], formulas: Iterable[str]) -> Private:
    """Return what must not stand in the project: items and sentences that hold enough besides stock formulas."""
    stock = sorted((letters(formula) for formula in formulas), key=len, reverse=True)
    items, sentences = set(), set()
    for path in paths:
        for text in _texts(path):
            items.add(letters(text))
            sentences |= {letters(sentence) for sentence in _ENDS.split(text)}
    return Private(*(frozenset(text for text in found if _own(text, stock)) for found in (items, sentences)))


def _own(text: str, stock: list[str]) -> bool:
    """True where enough is left of a text when the stock formulas are taken out."""
    for formula in stock:
        text = text.replace(formula, "")
    return len(text) >= LEAST


def _texts(path: Path) -> Iterator[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    if path.suffix == ".jsonl":
        for line in filter(str.strip, lines):
            yield from _values(orjson.loads(line))
    else:
        yield from lines


def _values(found: Any) -> Iterator[str]:
    """Yield what was said in a JSON value of any shape."""
    if isinstance(found, dict):
        if isinstance(found.get("text"), str):
            yield found["text"]
        for value in found.values():
            yield from _values(value)
    elif isinstance(found, list):
        if len(found) == 2 and found[0] in ROLES and isinstance(found[1], str):
            yield found[1]
        for value in found:
            yield from _values(value)


def leaks(private: Private, root: Path) -> Iterator[Leak]:
    """Yield each place below ``root`` that holds private words; of one line each words once."""
    items = sorted(private.items)
    automaton = AhoCorasick(items) if items else None
    for path in _files(root):
        name = path.relative_to(root).as_posix()
        for number, line in _lines(path):
            found = set()
            whole = letters(line)
            for number_of_item, _, _ in automaton.find_matches_as_indexes(whole, overlapping=True) if automaton else ():
                found.add(("item", items[number_of_item]))
            for sentence in _OUR_ENDS.split(_MARKS.sub("", line)):
                words = letters(sentence)
                if words in private.sentences and ("item", words) not in found:
                    found.add(("sentence", words))
            yield from (Leak(name, number, *one) for one in sorted(found))


def _files(root: Path) -> Iterator[Path]:
    for path in sorted(root.rglob("*")):
        if path.is_file() and not SKIPPED & set(path.relative_to(root).parts):
            yield path


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the numbered lines of a text file, or the rows of the text columns of a Parquet file."""
    if path.suffix == ".parquet":
        table = pq.read_table(path)
        for column in table.columns:
            if pa.types.is_string(column.type):
                yield from ((row, value) for row, value in enumerate(column.to_pylist(), 1) if value)
    elif path.suffix in TEXTS:
        yield from enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)


def read_formulas(path: Path) -> list[str]:
    """Return the stock formulas of a table ``formula<TAB>reason``; lines that start with ``#`` are comments.

    Raises:
        ValueError: a formula stands without a reason.
    """
    formulas = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line and not line.startswith("#"):
            formula, _, reason = line.partition("\t")
            if not reason.strip():
                raise ValueError(f"{path}:{number}: the formula {formula!r} has no reason: write it after a tab")
            formulas.append(formula)
    return formulas


def main(arguments: list[str] | None = None) -> int:
    """Run the check; return the exit code."""
    parser = argparse.ArgumentParser(description="Look for private sentences in the project.")
    parser.add_argument("private", nargs="+", type=Path, help=".jsonl or text files that must not be quoted")
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[1], help="the project")
    parser.add_argument("--allow", type=Path, default=ALLOWED, help="table of stock formulas with reasons")
    given = parser.parse_args(arguments)
    lost = [str(path) for path in given.private if not path.is_file()]
    if lost:
        parser.error(f"no such file: {', '.join(lost)}")
    private = read_private(given.private, read_formulas(given.allow))
    found = list(leaks(private, given.root))
    for leak in found:
        print(f"{leak.path}:{leak.line}: {leak.kind}: {leak.words}")
    print(f"{len(private.items)} items, {len(private.sentences)} sentences: {len(found)} leaks", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
