"""Reading labelled files of any kind."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from ..errors import InputError, Problem
from ..readers import ColumnMapping
from .labels import Labelled, join
from .lines import read_lines
from .review import Reviewed, is_review, review_rows
from .sheet import EXCEL, holds_words, is_labelled, labelled_table, read_tables

LINES = (".jsonl", ".ndjson")
UNNAMED = re.compile(r"(column_|Unnamed: )\d+")  # what a column without a name is called
TABLES = (*EXCEL, ".csv", ".tsv", ".parquet")


def read_labelled(paths: Iterable[str | Path], mapping: ColumnMapping | None = None) -> tuple[Labelled, list[Reviewed]]:
    """Read labelled files: JSONL, Excel, CSV, TSV or Parquet.

    Args:
        paths: the files; what a table holds is seen from its columns, and a workbook may hold several such sheets.
        mapping: the files' own names for columns, roles and channels.

    Returns:
        the labelled conversations, and the reviewed findings where a table is a sheet of findings with conclusions.

    Raises:
        InputError: files are at fault; all faults are named. I156, a table has neither labels nor conclusions.
    """
    parts: list[Labelled] = []
    reviewed: list[Reviewed] = []
    problems: list[Problem] = []
    for path in map(Path, paths):
        try:
            labelled, rows = _one(path, mapping)
        except InputError as error:
            problems += error.problems
            continue
        parts += labelled
        reviewed += rows
    if problems:
        raise InputError(problems)
    return join(parts), reviewed


def _one(path: Path, mapping: ColumnMapping | None) -> tuple[list[Labelled], list[Reviewed]]:
    name, suffix = str(path), path.suffix.lower()
    if path.is_dir():
        message = f"a folder: name its workbook, {path / 'qa.xlsx'}, or labelled files"
        raise InputError(Problem(name, 0, 0, "I131", message))
    if not path.is_file():
        raise InputError(Problem(name, 0, 0, "I131", "no such file"))
    if suffix in LINES:
        return [read_lines(path, name, mapping)], []
    if suffix not in TABLES:
        known = " ".join((*LINES, *TABLES))
        raise InputError(Problem(name, 0, 0, "I102", f"the suffix {suffix!r} is unknown: accepted are {known}"))
    tables = list(read_tables(path, name, mapping))
    reviewed = [row for title, frame, _ in tables if is_review(frame) for row in review_rows(frame, title)]
    if reviewed:  # the workbook of a run: its other sheets name categories, too
        return [], reviewed
    labelled = [table for table in tables if is_labelled(table.frame)]
    spoken = [table for table in labelled if holds_words(table.frame, table.mapping)]
    if not labelled:
        seen = [str(column) for _, frame, _ in tables for column in frame.columns if not UNNAMED.fullmatch(str(column))]
        message = (
            "no column of labels (标注), no column for a category and no conclusions (规则ID with 复核结论); "
            f"the columns are: {', '.join(seen[:30])}"
        )
        raise InputError(Problem(name, 0, 0, "I156", message))
    return [labelled_table(frame, title, said) for title, frame, said in spoken or labelled], []
