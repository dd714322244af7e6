"""Checks of values that callers give: what a value must be, as a test and in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import Any

import numpy as np

Check = tuple[Callable[[Any], bool], str]  # what a value must be, as a test and in words
SHOWN = 60  # characters of a value in a message


def is_text(value: Any) -> bool:
    """True for a text that UTF-8 can hold."""
    try:
        return isinstance(value, str) and value.encode() is not None
    except UnicodeEncodeError:
        return False


def is_whole(value: Any) -> bool:
    """True for a whole number, also of numpy."""
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def is_table(value: Any) -> bool:
    """True for a mapping of texts to texts."""
    return isinstance(value, Mapping) and all(is_text(key) for pair in value.items() for key in pair)


def are_names(value: Any) -> bool:
    """True for a text, or a list of texts."""
    return is_text(value) or (isinstance(value, list | tuple) and all(map(is_text, value)))


def wrong_of(fields: Mapping[str, Check], of: Any) -> tuple[str, str] | None:
    """Return the first field that is not what it must be, and what is wrong with it; None where all are."""
    for name, (fits, wanted) in fields.items():
        value = getattr(of, name)
        if not fits(value):
            return name, f"must be {wanted} (got {shown(value)})"
    return None


def endless(path: Path) -> bool:
    """True for what is neither a file nor a folder: a device or a pipe, which may have no end, or never begin."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return False  # whoever reads it says why it cannot be read
    return not (S_ISREG(mode) or S_ISDIR(mode))


def printable(text: str) -> str:
    """Return a text with lone surrogates, which no UTF-8 can hold, written out (``\\ud800``)."""
    return text.encode("utf-8", "backslashreplace").decode()


def plain(line: str) -> str:
    """Return a line without characters that move the cursor of a terminal, each of them as a blank."""
    return "".join(character if character.isprintable() else " " for character in line)


def shown(value: object) -> str:
    """Return a value as messages show it: in one line, not too long, and without half characters."""
    text = " ".join(repr(value).split())
    return printable(text if len(text) <= SHOWN else f"{text[:SHOWN]}…")
