"""What callers of the Python API give, checked in one place: which argument, what was given and what is expected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import count
from math import isnan
from os import PathLike, fspath
from pathlib import Path
from typing import Any

import numpy as np

from .checks import Check, is_text, is_whole, shown, wrong_of
from .errors import InputError, Problem
from .model import CHANNELS, ROLES, Conversation, Turn
from .readers import ColumnMapping
from .readers.mapping import as_mapping

LARGEST = 2**31 - 1  # the tables hold turn numbers in 32 bits
_LONGEST = 1e12  # seconds: no time from the start of a conversation is longer


def _is_seconds(value: Any) -> bool:
    if is_whole(value):
        return abs(int(value)) < _LONGEST
    return value is None or (isinstance(value, float | np.floating) and (isnan(value) or abs(float(value)) < _LONGEST))


TURN: Mapping[str, Check] = {
    "role": (lambda value: isinstance(value, str) and value in ROLES, f"one of {', '.join(ROLES)}"),
    "text": (lambda value: isinstance(value, str), "a str, empty where nothing was said"),
    "turn_index": (lambda value: is_whole(value) and 0 <= value <= LARGEST, f"a whole number from 0 to {LARGEST}"),
    "agent_id": (lambda value: value is None or is_text(value), "a valid Unicode str or None"),
    "start": (_is_seconds, "seconds as a number, or None"),
    "end": (_is_seconds, "seconds as a number, or None"),
    "sent_at": (
        lambda value: value is None or (isinstance(value, datetime) and value.year > 0),  # pandas has a NaT
        "a datetime or None",
    ),
}
CONVERSATION: Mapping[str, Check] = {
    "conversation_id": (is_text, "a valid Unicode str"),
    "channel": (
        lambda value: value is None or (isinstance(value, str) and value in CHANNELS),
        f"{', '.join(CHANNELS)} or None",
    ),
    "meta": (
        lambda value: (
            isinstance(value, Mapping)
            and all(map(is_text, value))
            and all(is_text(one) for one in value.values() if isinstance(one, str))
        ),
        "a mapping of names (valid Unicode str) to values",
    ),
}


def conversation_of(
    turns: object, conversation_id: object = "", channel: object = None, meta: object = None
) -> Conversation:
    """Return what ``Checker.check`` was given as a conversation.

    Raises:
        InputError: I120, a value is not what it must be; I122, a turn is none.
    """
    if not isinstance(turns, Conversation):
        if isinstance(turns, str | bytes | Mapping) or not isinstance(turns, Iterable):
            wanted = "a Conversation or a list of turns: Turn, (role, text), or a dict with role and text"
            raise InputError(Problem("turns", 0, 0, "I122", f"must be {wanted} (got {shown(turns)})"))
        given: Any = {} if meta is None else meta
        turns = Conversation(conversation_id, tuple(map(_turn, turns, count())), channel, given)  # type: ignore[arg-type]
    return checked(turns)


def checked(given: object, where: str = "") -> Conversation:
    """Return a conversation all of whose values are what they must be; ``where`` stands before the fault's place.

    Raises:
        InputError: as for ``conversation_of``.
    """
    if not isinstance(given, Conversation):
        message = f"must be a Conversation; turns alone are for check (got {shown(given)})"
        raise InputError(Problem(where.rstrip(", ") or "conversation", 0, 0, "I122", message))
    fault = wrong_of(CONVERSATION, given)
    if fault:
        raise InputError(Problem(where + fault[0], 0, 0, "I120", fault[1]))
    if not isinstance(given.turns, Sequence) or isinstance(given.turns, str | bytes):
        raise InputError(Problem(f"{where}turns", 0, 0, "I122", f"must be a tuple of Turn (got {shown(given.turns)})"))
    for index, turn in enumerate(given.turns):
        if not isinstance(turn, Turn):
            message = f"not a turn: a Conversation holds values of Turn (got {type(turn).__name__})"
            raise InputError(Problem(f"{where}turn {index}", 0, 0, "I122", message))
        fault = wrong_of(TURN, turn)
        if fault:
            raise InputError(Problem(f"{where}turn {index}", 0, 0, "I120", " ".join(fault)))
    return given


def _turn(given: object, index: int) -> Turn:
    """Return one of the turns that ``check`` was given; its values are not looked at yet."""
    if isinstance(given, Turn):
        return given
    if isinstance(given, Mapping):
        strange = [key for key in given if key not in Turn._fields]
        lacking = [key for key in ("role", "text") if key not in given]
        if not strange and not lacking:
            return Turn(**{"turn_index": index, **given})
        what = f"unknown key {shown(strange[0])}" if strange else f"the key {lacking[0]!r} is missing"
        message = f"not a turn: {what} (known: {', '.join(Turn._fields)})"
    elif isinstance(given, list | tuple) and len(given) == 2:
        role, text = given
        return Turn(role, text, index)
    else:
        message = f"not a turn: must be a Turn, (role, text), or a dict with role and text (got {shown(given)})"
    raise InputError(Problem(f"turn {index}", 0, 0, "I122", message))


def conversations_of(given: object) -> Iterable[object]:
    """Return what ``Checker.check_many`` was given.

    Raises:
        TypeError: it is no list of conversations.
    """
    if isinstance(given, str | bytes | Mapping) or not isinstance(given, Iterable):
        raise TypeError(f"conversations must be an iterable of Conversation (got {shown(given)})")
    return given


def id_of(given: object) -> str:
    """Return a conversation id that was asked for.

    Raises:
        TypeError: it is no text.
    """
    if not isinstance(given, str) or not is_text(given):
        raise TypeError(f"conversation_id must be a valid Unicode str, as in the tables (got {shown(given)})")
    return given


def path_of(given: object, what: str) -> str:
    """Return a path as text.

    Raises:
        TypeError: it is no path.
    """
    if not isinstance(given, str | PathLike) or not isinstance(fspath(given), str) or fspath(given) == "":
        raise TypeError(f"{what} must be a str or Path, not empty (got {shown(given)})")
    return fspath(given)


def paths_of(given: object, what: str) -> tuple[str, ...]:
    """Return a list of paths, or of names, as texts.

    Raises:
        TypeError: it is no list of paths.
    """
    if isinstance(given, str | bytes | PathLike | Mapping) or not isinstance(given, Iterable):
        raise TypeError(f"{what} must be a list of str or Path, also for one (got {shown(given)})")
    return tuple(path_of(one, f"each of {what}") for one in given)


def workers_of(given: object) -> int:
    """Return a number of processes.

    Raises:
        TypeError: it is no whole number.
        ValueError: it is below 1.
    """
    if not isinstance(given, int | np.integer) or isinstance(given, bool):
        raise TypeError(f"workers must be a whole number (got {shown(given)})")
    if given < 1:
        raise ValueError(f"workers must be 1 or more (got {given})")
    return int(given)


def mapping_of(given: ColumnMapping | Mapping[str, Any] | str | Path | None) -> ColumnMapping | None:
    """Return a mapping of columns, a ColumnMapping or the mapping file of a path as a ColumnMapping; None without one.

    Raises:
        InputError: the file or what it names is at fault.
        TypeError: it is none of these.
    """
    found = as_mapping(dict(given) if isinstance(given, Mapping) else given)
    if found is None:
        return None
    return replace(found, columns=dict(found.columns), roles=dict(found.roles), channels=dict(found.channels))
