"""Labelled JSONL: single turns with what stands around them, and whole conversations with ``gold``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import chain, count
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa

from ..errors import InputError, Problem
from ..gather import gather
from ..model import ROLES, Conversation, Turn
from ..readers import ColumnMapping, read
from ..readers.encoding import fault, lines_of
from ..turntable import REJECTS, TURNS
from .labels import STATUSES, Labelled, Labels, checked, twice, unknown


class _WrongError(Exception):
    """A line that cannot be used; the argument says why."""


def read_lines(path: Path, name: str, mapping: ColumnMapping | None) -> Labelled:
    """Read a labelled JSONL file, one object a line, of one of two kinds.

    A *turn item* is ``{"id", "channel"?, "before": [[role, text], …], "text", "after": […], "labels": [category, …],
    "disputed"?: […]}``; ``text`` is the agent turn that is judged. A *conversation* is what the readers accept (a list
    of ``turns``) with ``"gold": {"forbidden": [{"turn", "labels"}], "required": {item: {"status"}}}``; all its agent
    turns are judged.

    Raises:
        InputError: the file cannot be read, or lines are at fault (I150); all are named.
    """
    first = next((line for line in lines_of(path, name) if line.strip()), None)
    if first is None:
        raise fault(name, "I103", "the file has no lines")
    whole = _parsed(first)
    if isinstance(whole, Mapping) and "gold" in whole:
        return _conversations(path, name, mapping)
    return _items(path, name)


def _parsed(line: bytes) -> Any:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        return None


def _items(path: Path, name: str) -> Labelled:
    found: dict[str, tuple[Conversation, Labels]] = {}
    problems = []
    for number, line in enumerate(lines_of(path, name), 1):
        if not line.strip():
            continue
        try:
            conversation, labels = _item(_parsed(line))
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


def _item(found: Any) -> tuple[Conversation, Labels]:
    if not isinstance(found, Mapping):
        raise _WrongError("the line is not a JSON object")
    lacking = [key for key in ("id", "text", "labels") if key not in found]
    if lacking:
        raise _WrongError(
            f"the key {lacking[0]!r} is missing: a turn item has id, text and labels, a conversation turns and gold"
        )
    before, after = found.get("before") or [], found.get("after") or []
    turns = [_turn(pair, index) for pair, index in zip([*before, ["agent", found["text"]], *after], count())]
    conversation = Conversation(str(found["id"]), tuple(turns), found.get("channel", "chat"))
    place = len(before)
    judged = {place: _categories(found["labels"])}
    disputed = {place: _categories(found.get("disputed") or [])}
    return conversation, Labels(judged, disputed)


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


def _conversations(path: Path, name: str, mapping: ColumnMapping | None) -> Labelled:
    parts = list(read(path, name, mapping))
    batches, _, again = gather(pa.concat_tables([TURNS.empty_table(), *(turns for turns, _ in parts)]))
    rejects = pa.concat_tables([REJECTS.empty_table(), *(rows for _, rows in parts), again])
    labels, plain, problems = {}, [], []
    for conversation in chain.from_iterable(batches):
        try:
            labels[conversation.conversation_id] = _gold(conversation)
        except _WrongError as error:
            where = f"conversation {conversation.conversation_id}: "
            problems.append(Problem(name, 0, 0, "I150", where + str(error)))
        meta = {key: value for key, value in conversation.meta.items() if key != "gold"}
        plain.append(replace(conversation, meta=meta))
    if problems:
        raise InputError(problems)
    return Labelled(tuple(plain), labels, len(rejects))


def _gold(conversation: Conversation) -> Labels:
    gold = conversation.meta.get("gold")
    if not isinstance(gold, Mapping):
        raise _WrongError("the key 'gold' is missing")
    judged = {turn.turn_index: frozenset[str]() for turn in conversation.turns if turn.role == "agent" and turn.text}
    for entry in gold.get("forbidden") or []:
        if not isinstance(entry, Mapping):
            raise _WrongError(f"gold.forbidden must hold objects with turn and labels (got {entry!r})")
        if entry.get("turn") not in judged:
            raise _WrongError(f"gold.forbidden names turn {entry.get('turn')!r}, in which no agent speaks")
        judged[entry["turn"]] |= _categories(entry.get("labels"))
    return Labels(judged, {}, {item: _status(item, given) for item, given in (gold.get("required") or {}).items()})


def _status(item: str, given: Any) -> str:
    try:
        checked([item], "required")
    except ValueError as error:
        raise _WrongError(unknown(str(error), "required")) from None
    status = given.get("status") if isinstance(given, Mapping) else given
    if status not in STATUSES:
        raise _WrongError(f"gold.required.{item}: status must be one of {', '.join(STATUSES)} (got {status!r})")
    return str(status)
