"""Labelled JSONL: single turns with what stands around them, and whole conversations with ``gold``."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain, count
from pathlib import Path
from typing import Any

import pyarrow as pa

from ..errors import InputError, Problem
from ..gather import gather
from ..model import CHANNELS, ROLES, Conversation, Turn
from ..readers import ColumnMapping, read
from ..readers.collected import SURROGATE, parsed
from ..readers.encoding import fault, lines_of
from ..readers.jsonl import HALF
from ..turntable import REJECTS, TURNS
from .labels import STATUSES, Labelled, Labels, checked, twice, unknown

GOLD = ("forbidden", "required")


class _WrongError(Exception):
    """A line that cannot be used; the argument says why."""


def read_lines(path: Path, name: str, mapping: ColumnMapping | None) -> Labelled:
    """Read a labelled JSONL file, one object a line, of one of two kinds.

    A *turn item* is ``{"id", "channel"?, "before": [[role, text], …], "text", "after": […], "labels": [category, …],
    "disputed"?: […]}``; ``text`` is the agent turn that is judged. A *conversation* is what the readers accept (a list
    of ``turns``) with ``"gold": {"forbidden": [{"turn", "labels"}], "required": {item: {"status"}}}``; all its agent
    turns are judged.

    Raises:
        InputError: the file cannot be read, or lines are at fault (I150) or labelled twice (I152); all are named.
    """
    objects: dict[int, Mapping[str, Any]] = {}
    problems = []
    for number, line in enumerate(lines_of(path, name), 1):
        if line.strip():
            try:
                objects[number] = _object(line)
            except _WrongError as error:
                problems.append(Problem(name, number, 0, "I150", str(error)))
    if not objects and not problems:
        raise fault(name, "I103", "the file has no lines")
    if "gold" not in next(iter(objects.values()), ()):
        return _items(objects, name, problems)
    if problems:
        raise InputError(problems)
    return _conversations(path, name, mapping, frozenset(line for line, one in objects.items() if "gold" in one))


def _object(line: bytes) -> Mapping[str, Any]:
    try:
        found = parsed(line)
    except ValueError as error:
        raise _WrongError(str(error)) from None
    if HALF.search(line) and SURROGATE.search(json.dumps(found, ensure_ascii=False)):
        raise _WrongError("a lone surrogate (half of a character) stands in the line")
    if not isinstance(found, Mapping):
        raise _WrongError("the line is not a JSON object")
    return found


def _items(objects: Mapping[int, Mapping[str, Any]], name: str, problems: list[Problem]) -> Labelled:
    found: dict[str, tuple[Conversation, Labels]] = {}
    for number, one in objects.items():
        try:
            conversation, labels = _item(one)
        except _WrongError as error:
            problems.append(Problem(name, number, 0, "I150", str(error)))
            continue
        if conversation.conversation_id in found:
            problems.append(twice(conversation.conversation_id, name, number))
        found[conversation.conversation_id] = conversation, labels
    if problems:
        raise InputError(problems)
    pairs = found.values()
    return Labelled(tuple(c for c, _ in pairs), {c.conversation_id: labels for c, labels in pairs})


def _item(found: Mapping[str, Any]) -> tuple[Conversation, Labels]:
    lacking = [key for key in ("id", "text", "labels") if key not in found]
    if lacking:
        raise _WrongError(
            f"the key {lacking[0]!r} is missing: a turn item has id, text and labels, a conversation turns and gold"
        )
    if isinstance(found["id"], bool) or not isinstance(found["id"], str | int):
        raise _WrongError(f"id must be a text or a whole number (got {found['id']!r})")
    before, after = (_list(found.get(key), key) for key in ("before", "after"))
    turns = [_turn(pair, index) for pair, index in zip([*before, ["agent", found["text"]], *after], count())]
    channel = found.get("channel", "chat")
    if channel is not None and channel not in CHANNELS:
        raise _WrongError(f"channel must be {', '.join(CHANNELS)} or null (got {channel!r})")
    conversation = Conversation(str(found["id"]), tuple(turns), channel)
    place = len(before)
    labels, disputed = _categories(found["labels"]), _categories(found.get("disputed") or [])
    if labels & disputed:
        raise _WrongError(f"{', '.join(sorted(labels & disputed))} stands in labels and in disputed: keep one of them")
    return conversation, Labels({place: labels}, {place: disputed})


def _list(given: Any, what: str) -> list[Any]:
    if given is not None and not isinstance(given, list):
        raise _WrongError(f"{what} must be a list (got {given!r})")
    return given or []


def _turn(pair: Any, index: int) -> Turn:
    if not (isinstance(pair, list) and len(pair) == 2 and all(isinstance(part, str) for part in pair)):
        raise _WrongError(f"a turn is [role, text] (got {pair!r})")
    role, text = pair
    if role not in ROLES:
        raise _WrongError(f"role must be one of {', '.join(ROLES)} (got {role!r})")
    return Turn(role, text, index)


def _categories(given: Any) -> frozenset[str]:
    if not isinstance(given, list):
        raise _WrongError(f"labels must be a list of categories (got {given!r})")
    try:
        return checked(given)
    except ValueError as error:
        raise _WrongError(unknown(str(error))) from None


def _conversations(path: Path, name: str, mapping: ColumnMapping | None, lines: frozenset[int]) -> Labelled:
    """Read conversations; ``lines`` are those that hold gold."""
    parts = list(read(path, name, mapping))
    rows = pa.concat_tables([TURNS.empty_table(), *(turns for turns, _ in parts)])
    batches, _, again = gather(rows)
    rejects = pa.concat_tables([REJECTS.empty_table(), *(rows for _, rows in parts), again])
    places: dict[str, set[int]] = {}  # of each conversation the lines it stands in
    for owner, line in zip(*(rows[key].to_pylist() for key in ("conversation_id", "line")), strict=True):
        places.setdefault(owner, set()).add(line)
    problems = [twice(owner, name, line) for owner, own in places.items() for line in sorted(own & lines)[1:]]
    labels, plain = {}, []
    for conversation in chain.from_iterable(batches):
        try:
            labels[conversation.conversation_id] = _gold(conversation)
        except _WrongError as error:
            where = f"conversation {conversation.conversation_id}: "
            line = min(places[conversation.conversation_id])
            problems.append(Problem(name, line, 0, "I150", where + str(error)))
        meta = {key: value for key, value in conversation.meta.items() if key != "gold"}
        plain.append(replace(conversation, meta=meta))
    if problems:
        raise InputError(problems)
    return Labelled(tuple(plain), labels, len(rejects))


def _gold(conversation: Conversation) -> Labels:
    gold = conversation.meta.get("gold")
    if not isinstance(gold, Mapping):
        raise _WrongError("the key 'gold' is missing")
    strange = [key for key in gold if key not in GOLD]
    if strange:
        raise _WrongError(f"gold has the unknown key {strange[0]!r} (known: {', '.join(GOLD)})")
    judged = {turn.turn_index: frozenset[str]() for turn in conversation.turns if turn.role == "agent" and turn.text}
    for place, labels in _entries(gold):
        if place not in judged:
            raise _WrongError(f"gold.forbidden names turn {place!r}, in which no agent speaks")
        judged[place] |= labels
    required = gold.get("required") or {}
    if not isinstance(required, Mapping):
        raise _WrongError(f"gold.required must be an object of items with their status (got {required!r})")
    return Labels(judged, {}, {item: _status(item, given) for item, given in required.items()})


def _entries(gold: Mapping[str, Any]) -> Iterator[tuple[int, frozenset[str]]]:
    """Yield the turns that violate something, each with its categories."""
    for entry in _list(gold.get("forbidden"), "gold.forbidden"):
        if not isinstance(entry, Mapping):
            raise _WrongError(f"gold.forbidden must hold objects with turn and labels (got {entry!r})")
        place = entry.get("turn")
        if isinstance(place, bool) or not isinstance(place, int):
            raise _WrongError(f"gold.forbidden: turn must be a whole number (got {place!r})")
        yield place, _categories(entry.get("labels"))


def _status(item: str, given: Any) -> str:
    try:
        checked([item], "required")
    except ValueError as error:
        raise _WrongError(unknown(str(error), "required")) from None
    status = given.get("status") if isinstance(given, Mapping) else given
    if status not in STATUSES:
        raise _WrongError(f"gold.required.{item}: status must be one of {', '.join(STATUSES)} (got {status!r})")
    return str(status)
