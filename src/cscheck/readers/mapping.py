"""A mapping file: what the columns, roles and channels of a user's own layout are called."""

from __future__ import annotations

from pathlib import Path

from ..errors import PackError
from ..source import Faults, Node, read_yaml
from .lexicon import ColumnMapping

KEYS = ("columns", "roles", "channels")


def load_mapping(path: str | Path) -> ColumnMapping:
    """Read a mapping file (YAML).

    Its keys are ``columns`` (turn-table column: name in the file), ``roles`` (value in the file: agent, customer, bot
    or system) and ``channels`` (value in the file: call or chat); each may be left out.

    Raises:
        PackError: the file is not YAML of that shape; all faults are named with line and column.
        InputError: a column, role or channel that does not exist.
    """
    faults = Faults([])
    root = read_yaml(Path(path), faults)
    found = faults.attempt(lambda: _tables(root, faults)) if root else None
    if found is None or faults.problems:
        raise PackError(faults.problems)
    return ColumnMapping(**found)


def _tables(root: Node, faults: Faults) -> dict[str, dict[str, str]]:
    keys = root.pairs("a mapping file", faults)
    faults.unknown_keys(root, "a mapping file", keys, KEYS)
    return {
        key: {name: value.text(f"{key}: {name}") for name, value in node.pairs(key, faults).items()}
        for key, node in keys.items()
        if key in KEYS
    }


def as_mapping(given: object) -> ColumnMapping | None:
    """Return what a user gave as a mapping: a ColumnMapping, a mapping of columns, a file's path, or None."""
    if given is None or isinstance(given, ColumnMapping):
        return given
    if isinstance(given, str | Path):
        return load_mapping(given)
    if isinstance(given, dict):
        return ColumnMapping(columns=given)
    raise TypeError(f"a mapping is a dict of columns, a ColumnMapping or a YAML file (got {type(given).__name__})")
