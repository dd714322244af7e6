"""The header of a table: where it stands, and what its columns are taken for.

A table has one row a turn, or one row a conversation with the whole dialogue as lines of talk in one cell. Names decide
which column is which. Only where names leave open what a row is do the first cells decide: a column whose cells hold
several lines of talk is a column of dialogues.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

from ..errors import InputError, Problem
from .cell import lines_of_talk
from .columns import (
    NEEDED,
    WHOLE,
    Assignment,
    assign,
    doubled,
    missing,
    named_here,
    needs,
    of_table,
    paired,
    position,
    shown,
)
from .jsoncell import speakers_of
from .lexicon import PAIR, UNFOLDED, ColumnMapping, fold_name, lexicon, names_of
from .persons import agent_places, known_voices, names_of_agent, speakers_in
from .raw import Raw

TOP = 30  # the rows, blank ones aside, among which the header is sought
MOST = 5  # speakers that a message names
SAMPLE = 20  # the rows below it by which a column of dialogues is known


class Row(NamedTuple):
    """A row that is not blank: its 1-based place in the file and its cells as texts."""

    line: int
    cells: Sequence[str]


class Unread(NamedTuple):
    """A column that holds dialogues, by the look of them, of speakers whom nobody knows."""

    column: str
    speakers: tuple[str, ...]


@dataclass(frozen=True)
class Header:
    """The names of a table's columns, their rows, and what each was taken for.

    ``problems`` says why the table cannot be used; the columns are then what is known of it all the same. ``absent``
    gives the columns of the turn table that the mapping names in vain, ``talk`` what may be dialogues all the same,
    ``above`` what stands above.
    """

    names: tuple[str, ...]
    rows: tuple[int, ...]
    columns: Assignment
    problems: tuple[Problem, ...] = ()
    absent: tuple[str, ...] = ()
    talk: Unread | None = None
    above: str = ""

    @property
    def last(self) -> int:
        """The row above the first row of values."""
        return max(self.rows, default=0)

    def checked(self) -> Header:
        """Return the header itself; raise an InputError with its problems where there are any."""
        if self.problems:
            raise InputError(self.problems)
        return self


class Part(NamedTuple):
    """One table of a file: a sheet of a workbook, or the whole of another file.

    ``header`` is None where the format has none; ``skipped`` says why a sheet is not read (it then has no rows).
    ``mapping`` is what the user says of this table, ``sheet`` the title of the sheet.
    """

    name: str
    raws: Iterator[Raw]
    mapping: ColumnMapping
    header: Header | None = None
    skipped: str = ""
    sheet: str = ""


def find_header(rows: Sequence[Row], file: str, mapping: ColumnMapping) -> Header:
    """Find the header among the first rows of a table, and what stands above it."""
    found = _sought(rows, file, mapping)
    above = " ".join(cell for row in rows if row.line < min(found.rows, default=0) for cell in row.cells if cell)
    return replace(found, above=above) if above else found


def _sought(rows: Sequence[Row], file: str, mapping: ColumnMapping) -> Header:
    """Find the header among the first rows of a table.

    It is the first row, or pair of rows, whose names suffice for a transcript (titles and notes may stand above it);
    where none does, the row with the most known names, with its problems: I105 a needed column is missing, I106 a name
    is given twice, I110 the mapping names a column or row that is not there. A second row below the header (工号 and
    姓名 below a merged 坐席) gives names where the first leaves off.
    """
    if mapping.header_rows is not None:
        return _given(rows, file, mapping, mapping.header_rows)
    for place, row in enumerate(rows):
        below = rows[place + 1 :]
        found = named_header(_names(row.cells), file, mapping, (row.line,), below)
        if _suffices(found):
            goes_on = below and _goes_on(found, row.cells, below[0].cells)
            return _pair(row, below[0], file, mapping, below[1:]) if goes_on else found
    for place, (upper, lower) in enumerate(pairwise(rows)):
        found = _pair(upper, lower, file, mapping, rows[place + 2 :])
        if _suffices(found):
            return found
    place = max(range(len(rows)), key=lambda at: _known(rows[at].cells, mapping))
    return named_header(_names(rows[place].cells), file, mapping, (rows[place].line,), rows[place + 1 :])


def sheet_header(rows: Sequence[Row], file: str, mapping: ColumnMapping) -> Header:
    """Find the header of one of several sheets: a column that the mapping names may be missing in some of them.

    Such a sheet must be understood by what else the mapping and the lexicon know; its ``absent`` says what it lacks.
    """
    strict = found = find_header(rows, file, mapping)
    absent: tuple[str, ...] = ()
    while found.absent:
        absent += found.absent
        less = {key: given for key, given in mapping.columns.items() if key not in absent}
        found = find_header(rows, file, replace(mapping, columns=less))
    return replace(found, absent=absent) if _suffices(found) else strict


def named_header(
    names: Sequence[str], file: str, mapping: ColumnMapping, lines: tuple[int, ...] = (), below: Sequence[Row] = ()
) -> Header:
    """Return the header that has these names, with what is wrong with it (I105, I106, I110), all named at once."""
    mapping = of_table(names, mapping)
    try:
        found = assign(names, mapping)
        found = _dialogue(names, mapping, below[:SAMPLE], found) or paired(names, mapping, found) or found
    except KeyError as error:
        key = error.args[0]
        named = " or ".join(map(repr, names_of(mapping.columns[key])))
        message = (
            f"the column mapping names the column {named} for {key}, but the file has: {shown(names)}"
            "; what holds for some files alone stands under files: {'*.csv': {columns: …}}"
        )
        problem = Problem(file, max(lines, default=0), 0, "I110", message)
        return Header(tuple(names), lines, assign(names, named_here(names, mapping)), (problem,), (key,))
    line = max(lines, default=0)
    problems = [
        Problem(file, line, 0, "I106", f"the column name {name!r} is given twice: rename one of the columns")
        for name in dict.fromkeys(names)
        if name.strip() and list(names).count(name) > 1
    ]
    for name, keys in doubled(names, mapping).items():
        message = f"the column mapping takes the column {name!r} for {' and for '.join(keys)}: one column is one thing"
        problems.append(Problem(file, line, 0, "I110", message))
    if not found.fields:
        message = f"no column name is known, the header line may be missing; the first row is: {shown(names)}"
        problems = [Problem(file, line, 0, "I105", message + f"; {needs()}")]
    elif "turns" not in found.fields and "question" not in found.fields:
        lacking = [need for need in NEEDED if need not in found.fields]
        problems += [Problem(file, line, 0, "I105", missing(need, names)) for need in lacking]
    talk = _unread(names, below[:SAMPLE], mapping) if problems and "role" not in found.fields else None
    if talk:
        message = f"the cells of {talk.column!r} look like whole dialogues of {', '.join(talk.speakers)}: in a mapping"
        said = f"columns: {{turns: {talk.column}}} and roles: {{{talk.speakers[0]}: '?', …}} let them be read"
        problems.append(Problem(file, line, 0, "I105", f"{message} {said}"))
    return Header(tuple(names), lines, found, tuple(problems), talk=talk)


def _given(rows: Sequence[Row], file: str, mapping: ColumnMapping, wanted: tuple[int, ...]) -> Header:
    """Return the header that stands in the rows that the mapping names."""
    if not wanted:
        width = max((len(row.cells) for row in rows), default=0)
        return named_header([f"column_{place + 1}" for place in range(width)], file, mapping, (), rows)
    found = [row for row in rows if row.line in wanted]
    if len(found) < len(wanted):
        message = f"the mapping says that the header stands in row {wanted[-1]}, but nothing stands there"
        problem = Problem(file, wanted[-1], 0, "I110", message)
        return Header((), wanted, Assignment({}, {}), (problem,))
    below = [row for row in rows if row.line > wanted[-1]]
    if len(wanted) > 1:
        return _pair(found[0], found[1], file, mapping, below)
    return named_header(_names(found[0].cells), file, mapping, wanted, below)


def _names(cells: Sequence[str]) -> list[str]:
    """Return the cells of a header as names; a column without one is called by its place."""
    return [cell.strip("\ufeff \t\r\n") or f"column_{place}" for place, cell in enumerate(cells, 1)]


def _suffices(header: Header) -> bool:
    """True where all the columns of a transcript are there (a name that is given twice is another fault)."""
    return all(problem.code == "I106" for problem in header.problems)


def _known(cells: Sequence[str], mapping: ColumnMapping) -> int:
    """Return how many cells of a row are known names of columns."""
    names = _names(cells)
    return len(assign(names, named_here(names, mapping)).fields)


def _goes_on(header: Header, upper: Sequence[str], lower: Sequence[str]) -> bool:
    """True when the row below a header is its second line, as below merged cells.

    It has a name where the first line has none, and nothing below the columns that every row of values fills.
    """
    filled = {place for place, cell in enumerate(lower) if cell.strip()}
    needed = {place for key, place in header.columns.fields.items() if key in (*NEEDED, *UNFOLDED)}
    blank = {place for place in filled if place >= len(upper) or not upper[place].strip()}
    return bool(blank) and not filled & needed


def _pair(upper: Row, lower: Row, file: str, mapping: ColumnMapping, below: Sequence[Row]) -> Header:
    """Return the header that two rows make."""
    names = _names(list(_joined(upper, lower, mapping)))
    return named_header(names, file, mapping, (upper.line, lower.line), below)


def _joined(upper: Row, lower: Row, mapping: ColumnMapping) -> Iterator[str]:
    """Yield the names of a header of two rows: the lower name, the group before it where that makes a known name."""
    known = lexicon()
    accepted = {
        fold_name(name)
        for names in (*known.columns.values(), *known.metadata.values(), *map(names_of, mapping.columns.values()))
        for name in names
    }
    above, below = ([cell.strip() for cell in row.cells] for row in (upper, lower))
    group = ""
    for place in range(max(len(above), len(below))):
        over = above[place] if place < len(above) else ""
        own = below[place] if place < len(below) else ""
        group = over or (group if own else "")
        whole = group + own
        yield whole if not own or fold_name(whole) in accepted or below.count(own) > 1 else own


def _dialogue(
    names: Sequence[str], mapping: ColumnMapping, below: Sequence[Row], found: Assignment
) -> Assignment | None:
    """Return the columns of a table with one row a conversation, None for any other, also where the mapping says so."""
    if "turns" in mapping.columns:
        turns = position(names, "turns", mapping)
    elif set(PAIR) <= mapping.columns.keys():
        return None
    else:
        folded = {fold_name(name): at for at, name in reversed(list(enumerate(names)))}
        known = () if "text" in mapping.columns else lexicon().turns
        sought = [*(folded.get(fold_name(name)) for name in known), found.fields.get("text")]
        enough = 1 if "role" in found.fields else 0
        agents = agent_places(found)
        likely = (at for at in sought if at is not None and _talks(below, at, mapping, enough, agents))
        turns = next(likely, -1)
        if turns < 0:
            return None
    whole = assign(names, mapping, WHOLE)
    extras = {key: at for key, at in whole.extras.items() if at != turns}
    return Assignment({**whole.fields, "turns": turns}, extras)


def _unread(names: Sequence[str], below: Sequence[Row], mapping: ColumnMapping) -> Unread | None:
    """Return the first column most of whose cells are lines of talk, whoever speaks, and who does; None without one."""
    for place, name in enumerate(names):
        cells = [row.cells[place] for row in below if place < len(row.cells) and row.cells[place].strip()]
        voices = [
            list(dict.fromkeys(speakers_of(cell, mapping))) or speakers_in(lines_of_talk(cell, mapping))
            for cell in cells
        ]
        told = [speakers for speakers in voices if len(speakers) > 1]
        if len(told) * 2 > len(cells):
            return Unread(name, tuple(dict.fromkeys(speaker for speakers in told for speaker in speakers))[:MOST])
    return None


def _talks(below: Sequence[Row], place: int, mapping: ColumnMapping, enough: int, agents: Sequence[int]) -> bool:
    """True when most cells of a column hold more than ``enough`` lines that begin with a known speaker.

    Known is also who is called as the row's agent in one of the columns ``agents``.
    """
    told = []
    for row in below:
        if place < len(row.cells) and row.cells[place].strip():
            own = names_of_agent(row.cells[at].strip() for at in agents if at < len(row.cells))
            told.append(known_voices(row.cells[place], mapping, own, enough))
    return sum(told) * 2 > len(told)
