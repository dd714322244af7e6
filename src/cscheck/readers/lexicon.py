"""The names of columns, roles and channels, read from ``lexicons/columns.yaml``."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

from ..checks import Check, are_names, is_table, is_text, is_whole, wrong_of
from ..data import lexicons
from ..errors import InputError, Problem
from ..model import CHANNELS, ROLES
from ..source import Fault, Faults, Node, read_yaml

_NOISE = re.compile(r"[\s_\-.·/﻿]+")
_UNITS = {
    "us": ("微秒", "microseconds", "micros", "usec", "us"),
    "ms": ("毫秒", "milliseconds", "millis", "msec", "ms"),
    "s": ("秒", "seconds", "secs", "sec", "s"),
}
PAIR = ("question", "answer")
UNFOLDED = ("turns", *PAIR)  # columns of a table whose rows are several turns
OF_TURN = ("turn_index", "role", "text", "start", "end", "sent_at")
_BRACKETED = re.compile(r"[(\[{【<]([^)\]}】>]*)[)\]}】>]\s*$")


def fold_name(name: str) -> str:
    """Return a column name or value as names are compared: width, case, blanks, ``_ - .`` and BOM taken away."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", name).casefold())


def unit_of(name: str) -> tuple[str, str | None]:
    """Split a column name into its folded stem and its unit of time (``us``, ``ms``, ``s`` or None).

    The unit stands in brackets (``开始时间(毫秒)``) or at the end (``start_ms``, ``beginOffsetMillis``); a single
    ``s`` counts only in brackets or after ``_``, because ``words`` is no time.
    """
    wide = unicodedata.normalize("NFKC", name).casefold()
    bracket = _BRACKETED.search(wide)
    stem = wide[: bracket.start()] if bracket else wide
    if bracket:
        inside = fold_name(bracket.group(1))
        for unit, words in _UNITS.items():
            if inside in words:
                return fold_name(stem), unit
    for unit, words in _UNITS.items():
        for word in words:
            if stem.endswith(word) and (len(word) > 1 or word == "秒" or stem.endswith(f"_{word}")):
                return fold_name(stem[: -len(word)]), unit
    return fold_name(stem), None


@dataclass(frozen=True)
class Lexicon:
    """The accepted names: canonical name to names, in order of preference; ``hints`` what names that are not
    accepted may hold; the rest by folded value.
    """

    columns: Mapping[str, tuple[str, ...]]
    metadata: Mapping[str, tuple[str, ...]]
    turns: tuple[str, ...]
    pairs: Mapping[str, tuple[str, ...]]
    customers: tuple[str, ...]
    hints: Mapping[str, tuple[str, ...]]
    roles: Mapping[str, str]
    role_words: Mapping[str, tuple[str, ...]]
    calls: Mapping[str, str]
    channels: Mapping[str, str]
    headings: tuple[str, ...]


_FIELDS: Mapping[str, Check] = {
    "columns": (
        lambda value: isinstance(value, Mapping) and all(map(are_names, value.values())),
        "a dict of column names: each a str, or a list of str",
    ),
    "roles": (is_table, "a dict of str to str"),
    "channels": (is_table, "a dict of str to str"),
    "sheets": (lambda value: not isinstance(value, str) and are_names(value), "a tuple of str"),
    "header_rows": (
        lambda value: value is None or (isinstance(value, list | tuple) and all(map(is_whole, value))),
        "a tuple of whole numbers, or None",
    ),
    "line_separator": (is_text, "a str"),
    "channel": (is_text, "a str"),
    "files": (
        lambda value: isinstance(value, Mapping) and all(isinstance(one, ColumnMapping) for one in value.values()),
        "a dict of globs to ColumnMapping",
    ),
}


@dataclass(frozen=True)
class ColumnMapping:
    """What a user says about a file's names, before any synonym is tried.

    Args:
        columns: canonical name to the column's name in the file, as ``{"text": "聊天记录"}``, or to several names of
            which each file or sheet has one; ``turns`` is the column (in JSON the key) that holds a whole dialogue.
        roles: value of the role column (in plain text: the words before the colon) to role.
        channels: value of the channel column to ``call`` or ``chat``.
        channel: the channel of every turn, ``call`` or ``chat``, whatever a column says; empty: the column decides.
        sheets: the sheets of a workbook to read, by name; none named: every sheet that is a transcript.
        header_rows: the rows or lines of the file (1-based) that hold the column names, one or two; empty: there are no
            names, the columns are called ``column_1``, ``column_2`` and so on; None: they are sought.
        line_separator: what parts the lines of a dialogue in one cell besides line breaks; empty: nothing does.
        files: what holds for some files alone: glob of a file's name (``*通话*.csv``; with a slash: of its path) or of
            a sheet (``九月*.xlsx#在线*``) to what is said of it; see ``at``.

    Raises:
        InputError: I110, a canonical name, role or channel that does not exist, or rows that cannot be a header.
    """

    columns: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)
    sheets: tuple[str, ...] = ()
    header_rows: tuple[int, ...] | None = None
    line_separator: str = ""
    channel: str = ""
    files: Mapping[str, ColumnMapping] = field(default_factory=dict)

    def __post_init__(self) -> None:
        fault = wrong_of(_FIELDS, self)
        if fault:
            raise InputError([Problem("column mapping", 0, 0, "I110", " ".join(fault))])
        wrong = [
            f"{what} {value!r} does not exist (known: {', '.join(options)})"
            for what, values, options in (
                ("column", self.columns.keys(), mappable()),
                ("role", self.roles.values(), ROLES),
                ("channel", [*self.channels.values(), *filter(None, [self.channel])], CHANNELS),
            )
            for value in values
            if value not in options
        ]
        wrong += [f"columns: {message}" for message in column_faults(self.columns).values()]
        rows = self.header_rows or ()
        if not are_header_rows(rows):
            wrong.append(f"header_rows must be one row or two that follow each other, from 1 on (got {list(rows)})")
        wrong += [f"files: {glob!r} holds files again" for glob, section in self.files.items() if section.files]
        if wrong:
            raise InputError([Problem("column mapping", 0, 0, "I110", message) for message in wrong])

    def sections(self, name: str, sheet: str = "") -> tuple[str, ...]:
        """Return which globs of ``files`` fit a file, as they stand, and behind them those that fit its sheet alone."""
        path = unicodedata.normalize("NFC", name.replace("\\", "/"))
        own = path.rpartition("/")[2]

        def fits(glob: str, tail: str) -> bool:
            given = unicodedata.normalize("NFC", glob)
            if "/" not in given:
                return fnmatchcase(own + tail, given)
            return fnmatchcase(path + tail, given) or fnmatchcase(f"/{path}{tail}", f"*/{given}")

        of_file = [glob for glob in self.files if fits(glob, "")]
        return (*of_file, *(glob for glob in self.files if sheet and glob not in of_file and fits(glob, f"#{sheet}")))

    def at(self, name: str, sheet: str = "") -> ColumnMapping:
        """Return what is said of one file, or of one sheet: the more specific section wins, of two alike the later.

        Columns, roles and channels are merged name by name; what else a section says takes the place of what was said.
        """
        found = replace(self, files={})
        for section in map(self.files.__getitem__, self.sections(name, sheet)):
            found = ColumnMapping(
                {**found.columns, **section.columns},
                {**found.roles, **section.roles},
                {**found.channels, **section.channels},
                section.sheets or found.sheets,
                found.header_rows if section.header_rows is None else section.header_rows,
                section.line_separator or found.line_separator,
                section.channel or found.channel,
            )
        return found


def names_of(given: str | Sequence[str]) -> tuple[str, ...]:
    """Return the names that a mapping gives one column: one, or several of which a table has one."""
    return (given,) if isinstance(given, str) else tuple(given)


def column_faults(columns: Mapping[str, str | Sequence[str]]) -> dict[str, str]:
    """Return what is wrong with the names of a mapping's columns, by the column of the turn table.

    One has no name, or two go by one name alone. What holds for a turn and what holds for a conversation may share a
    name: in JSON each has an ``id``.
    """
    faults: dict[str, str] = {}
    given: dict[tuple[bool, str], str] = {}
    for key, names in columns.items():
        named = names_of(names)
        if not all(name.strip() for name in named) or not named:
            faults[key] = f"{key} has no name: write the name of a column, or leave {key} out"
        elif len(named) == 1:
            other = given.setdefault((key in OF_TURN, fold_name(named[0])), key)
            if other != key:
                faults[key] = f"{named[0]!r} is given for {other} and for {key}: one column is one thing"
    return faults


def mappable() -> list[str]:
    """Return the canonical names that a mapping can give a column for."""
    known = lexicon()
    return [*known.columns, *UNFOLDED, *known.metadata]


def are_header_rows(rows: tuple[int, ...]) -> bool:
    """True for no row, one row, or two rows that follow each other."""
    return all(row >= 1 for row in rows) and (len(rows) < 2 or (len(rows) == 2 and rows[1] == rows[0] + 1))


@cache
def lexicon(path: Path | None = None) -> Lexicon:
    """Return the shipped names (read once: the file does not change while the program runs).

    Raises:
        InputError: the data file is damaged; each fault is named with its place.
    """
    faults = Faults([])
    root = read_yaml(path or lexicons() / "columns.yaml", faults, "columns.yaml")
    found = faults.attempt(lambda: _lexicon(root, faults)) if root else None
    if found is None or faults.problems:
        raise InputError(faults.problems)
    return found


def _lexicon(root: Node, faults: Faults) -> Lexicon:
    """Read the root node."""
    parts = root.pairs("columns.yaml", faults)
    for key in (
        "columns",
        "turns",
        "pairs",
        "metadata",
        "customers",
        "hints",
        "roles",
        "calls",
        "channels",
        "headings",
    ):
        if key not in parts:
            raise root.fault("P102", f"columns.yaml lacks the key {key!r}")
    roles = _lists(parts["roles"], "roles", faults)
    channels = _lists(parts["channels"], "channels", faults)
    return Lexicon(
        columns=_lists(parts["columns"], "columns", faults),
        metadata=_lists(parts["metadata"], "metadata", faults),
        turns=tuple(parts["turns"].texts("turns")),
        pairs=_lists(parts["pairs"], "pairs", faults),
        customers=tuple(parts["customers"].texts("customers")),
        hints=_lists(parts["hints"], "hints", faults),
        roles=_inverse(parts["roles"], roles),
        role_words=roles,
        calls=_inverse(parts["calls"], _lists(parts["calls"], "calls", faults)),
        channels=_inverse(parts["channels"], channels),
        headings=tuple(parts["headings"].texts("headings")),
    )


def _lists(node: Node, what: str, faults: Faults) -> dict[str, tuple[str, ...]]:
    """Read a mapping of lists."""
    return {key: tuple(value.texts(f"{what}.{key}")) for key, value in node.pairs(what, faults).items()}


def _inverse(node: Node, lists: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Turn ``role: [words]`` into ``folded word: role``; a word of two roles is a fault."""
    found: dict[str, str] = {}
    for target, words in lists.items():
        for word in words:
            if found.setdefault(fold_name(word), target) != target:
                fault: Fault = node.fault("P103", f"{word!r} is given for {found[fold_name(word)]} and for {target}")
                raise fault
    return found
