"""Labelled sentences (训练语句): agent turns with the categories they violate, or do not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import orjson
import pandas as pd

from ..errors import InputError, Problem
from ..evaluate.labels import CODE_BOOK, categories_in, category_of, unknown
from ..evaluate.review import conclusion_of
from ..evaluate.sheet import EXCEL, read_tables
from ..readers.encoding import lines_of
from ..readers.lexicon import fold_name

LINES = (".jsonl", ".ndjson")
TABLES = (*EXCEL, ".csv", ".tsv", ".parquet")
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "text": ("text", "原话", "语句", "话术", "内容"),
    "labels": ("labels", "label", "标注", "标签"),
    "category": ("category", "类别"),
    "conclusion": ("conclusion", "复核结论", "复核结果"),
    "construct": ("construct", "句式"),
}


class Sentence(NamedTuple):
    """One agent turn to learn from.

    ``labels``: the categories it violates; ``judged``: those that were looked for, so that it speaks for or against
    them; ``construct``: the sentence pattern it was written after, of which all sentences are held out together
    (None: nobody said); ``line``: where it stands in its file.
    """

    text: str
    labels: frozenset[str]
    judged: frozenset[str]
    construct: str | None
    line: int = 0


def read_sentences(paths: Iterable[Path]) -> dict[Path, list[Sentence]]:
    """Read labelled sentences, file by file.

    JSONL has ``{"text", "labels": [category, …], "construct"?}`` a line. A table (Excel, CSV, TSV, Parquet) has the
    columns text (原话) and labels (标注), or it is a sheet of reviewed findings: text (原话), category (类别) and
    conclusion (复核结论: 属实 or 误判; others are passed over). What has no construct is held out
    together with what is like it.

    Raises:
        InputError: the files cannot be read (I101–I111, I131), or what they hold is no labelled sentence (I161).
    """
    found: dict[Path, list[Sentence]] = {}
    problems: list[Problem] = []
    for path in paths:
        try:
            found[path] = _one(path)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return found


def contradictions(files: Mapping[Path, Iterable[Sentence]]) -> list[Problem]:
    """Return a problem I165 for each sentence that says of a category what an earlier one of the same text denies.

    The models learn from both, for a short text may mean either; whoever labels should know.
    """
    problems = []
    known: dict[tuple[str, str], tuple[bool, str]] = {}
    for path, sentences in sorted(files.items()):
        for one in sentences:
            for name in sorted(one.judged):
                so, where = known.setdefault((one.text, name), (name in one.labels, f"{path}:{one.line}"))
                if so != (name in one.labels):
                    said = f"{one.text!r} is {'no ' if so else ''}{name} here and {'' if so else 'not '}in {where}"
                    problems.append(Problem(str(path), one.line, 0, "I165", f"contradiction (标注矛盾): {said}"))
    return problems


def _one(path: Path) -> list[Sentence]:
    name, suffix = str(path), path.suffix.lower()
    if not path.is_file():
        raise InputError(Problem(name, 0, 0, "I131", "no such file"))
    if suffix in LINES:
        rows = [(name, number, _parsed(line)) for number, line in enumerate(lines_of(path, name), 1) if line.strip()]
    elif suffix in TABLES:
        rows = [row for title, frame, _ in read_tables(path, name) for row in _rows(frame, title)]
    else:
        known = " ".join((*LINES, *TABLES))
        raise InputError(Problem(name, 0, 0, "I102", f"the suffix {suffix!r} is unknown: accepted are {known}"))
    sentences, problems = [], []
    for where, number, row in rows:
        try:
            sentence = _sentence(row)
        except ValueError as error:
            problems.append(Problem(where, number, 0, "I161", str(error)))
            continue
        if sentence:
            sentences.append(sentence._replace(line=number))
    if not sentences and not problems:
        problems.append(
            Problem(name, 0, 0, "I161", "no labelled sentence: text with labels, or 原话, 类别 and 复核结论")
        )
    if problems:
        raise InputError(problems)
    return sentences


def _parsed(line: bytes) -> Mapping[str, Any]:
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        return {"fault": f"the line is no JSON: {error}"}
    return row if isinstance(row, Mapping) else {"fault": "the line is no JSON object"}


def _rows(frame: pd.DataFrame, name: str) -> list[tuple[str, int, Mapping[str, Any]]]:
    """Return the rows of a table that has sentences, under the names of this module."""
    folded = {fold_name(str(column)): str(column) for column in frame.columns}
    known = {
        key: folded[fold_name(title)]
        for key, titles in _COLUMNS.items()
        for title in reversed(titles)
        if fold_name(title) in folded
    }
    if "text" not in known or not ("labels" in known or {"category", "conclusion"} <= known.keys()):
        return []
    cells = frame[list(known.values())].set_axis(list(known), axis=1).to_dict("records")
    return [(name, number, row) for number, row in zip(frame.index, cells, strict=True)]


def _sentence(row: Mapping[str, Any]) -> Sentence | None:
    """Return what a row says; None where nothing was concluded or there is no text."""
    if "fault" in row:
        raise ValueError(row["fault"])
    text, labels = row.get("text"), row.get("labels")
    if not isinstance(text, str):
        raise ValueError("the key 'text' is missing: a sentence has text and labels")
    construct = str("" if row.get("construct") is None else row["construct"]).strip() or None
    if "conclusion" in row and not labels:
        return _reviewed(text, construct, str(row.get("category", "")), str(row["conclusion"]))
    if not isinstance(labels, str | list):
        raise ValueError("labels must be a list of categories; [] for a clean sentence")
    try:
        found = categories_in(labels if isinstance(labels, str) else ",".join(map(str, labels)))
    except ValueError as error:
        raise ValueError(unknown(str(error))) from None
    return Sentence(text, found, CODE_BOOK | found, construct) if text.strip() else None


def _reviewed(text: str, construct: str | None, category: str, conclusion: str) -> Sentence | None:
    """Return what a reviewed finding says of its one category."""
    said, known = conclusion_of(conclusion), category_of(category)
    if said is None:
        raise ValueError(f"the conclusion (复核结论) must be 属实, 误判, 存疑 or empty (got {conclusion!r})")
    if known is None and category_of(category, "required") is None:
        raise ValueError(unknown(category))
    if said not in ("confirmed", "false_alarm") or known is None or not text.strip():
        return None  # doubtful, not reviewed, or about a duty
    judged = frozenset((known,))
    return Sentence(text, judged if said == "confirmed" else frozenset(), judged, construct)
