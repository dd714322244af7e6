"""A mapping file (列名映射): what the columns, roles and channels of a user's layout are called, and where they are.

Its keys, each of which may be left out:

* ``columns``: turn-table column: name in the file, or a list of names of which a file or sheet has one; ``turns`` is
  the column with a whole dialogue in each cell;
* ``roles``: value in the file: agent, customer, bot or system; ``channels``: value in the file: call or chat;
* ``channel``: call or chat, where it is one for all turns, whatever a column says;
* ``sheets``: the sheets of a workbook to read; ``header_rows``: the row or two rows with the column names, ``[]`` where
  the file has none (its columns are then ``column_1``, ``column_2`` …);
* ``line_separator``: what parts the lines of a dialogue in a cell, where it is not a line break;
* ``files``: glob of a file's name (``*通话*.csv``) or of a sheet (``*.xlsx#在线*``): the keys above, for it alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path

import yaml

from ..errors import InputError
from ..model import CHANNELS, ROLES
from ..source import Faults, Node, guess, read_yaml
from .lexicon import ColumnMapping, are_header_rows, column_faults, fold_name, lexicon, mappable
from .roles import pasted

KEYS = ("columns", "roles", "channels", "channel", "sheets", "header_rows", "line_separator", "files")


def load_mapping(path: str | Path) -> ColumnMapping:
    """Read a mapping file (YAML).

    Raises:
        InputError: all faults are named with line and column. P1xx it is not YAML of that shape, I110 a column, role
            or channel does not exist, or rows cannot be a header.
    """
    faults = Faults([])
    root = read_yaml(Path(path), faults, controls=True)  # as column names and separators
    found = faults.attempt(_mapping, root, faults) if root else None
    if found is None or faults.problems:
        raise InputError(faults.problems)
    return found


def _mapping(root: Node, faults: Faults) -> ColumnMapping | None:
    """Read the root node; None where something is at fault, which is kept."""
    keys = root.pairs("a mapping file", faults)
    faults.unknown_keys(root, "a mapping file", keys, KEYS)
    found = _said(keys, faults)
    sections = faults.get(keys, "files", lambda node: _sections(node, faults), {})
    return None if faults.problems or found is None else replace(found, files=sections)


def _sections(node: Node, faults: Faults) -> dict[str, ColumnMapping]:
    """Read what is said of some files alone."""
    found: dict[str, ColumnMapping] = {}
    for glob, section in node.pairs("files", faults).items():
        what = f"files: {glob}"
        keys = faults.attempt(section.pairs, what, faults)
        if keys is not None:
            faults.unknown_keys(section, what, keys, KEYS[:-1])
            if "#" in glob and "sheets" in keys:
                message = f"{what}: a section for a sheet cannot name sheets"
                faults.problems.append(section.key("sheets").fault("I110", message).problem)
            said = _said(keys, faults)
            found |= {glob: said} if said is not None else {}
    return found


def _said(keys: Mapping[str, Node], faults: Faults) -> ColumnMapping | None:
    """Read what is said of all files, or of some; None where something is at fault, which is kept."""
    columns = faults.get(keys, "columns", lambda node: _columns(node, faults), {})
    if "columns" in keys:
        _check(keys["columns"], columns, mappable(), faults)
    roles = _values(keys, "roles", ROLES, faults)
    channels = _values(keys, "channels", CHANNELS, faults)
    sheets = faults.get(keys, "sheets", lambda node: node.texts("sheets"), [])
    separator = faults.get(keys, "line_separator", lambda node: node.text("line_separator"), "")
    header = faults.get(keys, "header_rows", _header_rows, None)
    channel = faults.get(keys, "channel", _channel, "")
    if faults.problems:
        return None
    return ColumnMapping(columns, roles, channels, tuple(sheets), header, separator, channel)


def _columns(node: Node, faults: Faults) -> dict[str, str | Sequence[str]]:
    """Read the names of columns: one, or a list of which a file or sheet has one."""
    found: dict[str, str | Sequence[str]] = {}
    for key, value in node.pairs("columns", faults).items():
        names = faults.attempt(value.texts if value.is_list else value.text, f"columns: {key}")
        if names is not None:
            found[key] = names if isinstance(names, str) else tuple(names)
    return found


def _channel(node: Node) -> str:
    """Read the channel of all turns."""
    found = node.text("channel")
    if found not in CHANNELS:
        known = ", ".join(CHANNELS)
        raise node.fault("I110", f"channel: {found!r} does not exist (known: {known}{guess(found, CHANNELS)})")
    return found


def _table(keys: Mapping[str, Node], key: str, faults: Faults) -> dict[str, str]:
    """Read a mapping of texts."""
    pairs = faults.get(keys, key, lambda node: node.pairs(key, faults), {})
    texts = {name: faults.attempt(node.text, f"{key}: {name}") for name, node in pairs.items()}
    return {name: text for name, text in texts.items() if text is not None}


def _check(node: Node, columns: Mapping[str, str | Sequence[str]], allowed: Sequence[str], faults: Faults) -> None:
    """Collect a fault for each column that the turn table does not have, and for names that cannot be."""
    for name in columns:
        if name not in allowed:
            message = f"columns: {name!r} does not exist (known: {', '.join(allowed)}{guess(name, allowed)})"
            faults.problems.append(node.key(name).fault("I110", message).problem)
    for name, message in column_faults(columns).items():
        faults.problems.append(node.key(name).fault("I110", f"columns: {message}").problem)


def _values(keys: Mapping[str, Node], key: str, allowed: Sequence[str], faults: Faults) -> dict[str, str]:
    """Read what the values of a column mean."""
    found = _table(keys, key, faults)
    nodes = keys[key].pairs(key, Faults([])) if found else {}
    for name, value in found.items():
        if value not in allowed:
            meant = lexicon().roles.get(fold_name(value)) or lexicon().channels.get(fold_name(value)) or ""
            near = meant if meant in allowed else next(iter(get_close_matches(value, allowed, n=1)), allowed[0])
            message = f"{key}: {value!r} does not exist (known: {', '.join(allowed)}); write {pasted(name, near)}"
            faults.problems.append(nodes[name].fault("I110", message).problem)
    return found


def _header_rows(node: Node) -> tuple[int, ...]:
    """Read the rows of the header: a number or a list of numbers."""
    nodes = node.items("header_rows") if node.is_list else [node]
    rows = tuple(row.integer("each of header_rows") for row in nodes)
    if not are_header_rows(rows):
        raise node.fault("I110", f"header_rows must be one row or two that follow each other (got {list(rows)})")
    return rows


def written(mapping: ColumnMapping) -> str:
    """Return a mapping as the text of a mapping file; ``load_mapping`` of it gives the same mapping."""
    return _dumped(_plain(mapping))


def blocks(mapping: ColumnMapping) -> dict[str, str]:
    """Return the text of each key of a mapping file; one after the other they are what ``written`` returns."""
    return {key: _dumped({key: value}) for key, value in _plain(mapping).items()}


def _dumped(said: dict[str, object]) -> str:
    return str(yaml.safe_dump(said, allow_unicode=True, sort_keys=False, width=120))


def _plain(mapping: ColumnMapping) -> dict[str, object]:
    """Return what a mapping says as plain values, without what it leaves open."""
    columns = {key: given if isinstance(given, str) else list(given) for key, given in mapping.columns.items()}
    parts: dict[str, object] = {"columns": columns, "roles": dict(mapping.roles), "channels": dict(mapping.channels)}
    parts["channel"] = mapping.channel
    parts["sheets"] = list(mapping.sheets)
    parts["line_separator"] = mapping.line_separator
    kept = {key: value for key, value in parts.items() if value}
    if mapping.header_rows is not None:
        kept["header_rows"] = list(mapping.header_rows)
    if mapping.files:
        kept["files"] = {glob: _plain(section) for glob, section in mapping.files.items()}
    return kept


def as_mapping(given: object) -> ColumnMapping | None:
    """Return what a user gave as a mapping: a ColumnMapping, a mapping of columns, a file's path, or None."""
    if given is None or isinstance(given, ColumnMapping):
        return given
    if isinstance(given, str | Path):
        return load_mapping(given)
    if isinstance(given, dict):
        return ColumnMapping(columns=given)
    raise TypeError(f"a mapping is a dict of columns, a ColumnMapping or a YAML file (got {type(given).__name__})")
