"""JSON Lines: one conversation a line with a list of turns, or one turn a line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import orjson
import pyarrow as pa

from ..errors import InputError, Problem
from .columns import assign, missing
from .encoding import fault, lines_of
from .lexicon import ColumnMapping, fold_name, lexicon
from .raw import Field, Raw, Reject

ROWS = 50_000
_WHOLE = ("conversation_id", "channel", "agent_id", "meta")
_EACH = ("role", "text", "start", "end", "sent_at", "turn_index", "agent_id", "agent_name")
_HALF = re.compile(r"\\u[dD][89a-fA-F]")  # half of a surrogate pair; only an escape can bring a lone one in
_SURROGATE = re.compile("[\ud800-\udfff]")


class Keys(NamedTuple):
    """Which key of an object is what: canonical name to key, and metadata name to key."""

    fields: Mapping[str, str]
    extras: Mapping[str, str]


@dataclass
class _Batch:
    """Rows as they are collected, one list a column."""

    columns: dict[str, list[Any]] = field(default_factory=lambda: {key: [] for key in _EACH})
    whole: list[tuple[str | None, str | None, str | None]] = field(default_factory=list)  # id, channel, meta
    owner: list[int] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)
    faults: dict[int, str] = field(default_factory=dict)
    rejects: list[Reject] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    merged: dict[str, None] = field(default_factory=dict)


class _Unusable(Exception):
    """Why one line cannot be used."""


def read_jsonl(path: Path, name: str, mapping: ColumnMapping, rows: int = ROWS) -> Iterator[Raw]:
    """Yield the turns of a JSONL file; a line that is no conversation is rejected with its number.

    The keys of a conversation other than its turns, id, channel and agent become its metadata, together with the
    object ``meta``. Keys of a turn that the turn table does not know are not kept.

    Raises:
        InputError: I103 no line; I105 no line has turns; I110 a mapped name is in no line; I101, I104, I109 the file.
    """
    reader = _Reader(mapping)
    batch = _Batch()
    empty = True
    for number, line in enumerate(lines_of(path, name), 1):
        if not line.strip():
            continue
        empty = False
        try:
            ready = reader.conversation(line)
        except _Unusable as error:
            batch.rejects.append(Reject(number, 0, None, None, str(error)))
            continue
        if _renamed(batch.names, ready.names):  # another key may have another unit of time
            yield _raw(batch)
            batch = _Batch()
        _append(batch, ready, number)
        if len(batch.lines) >= rows:
            yield _raw(batch)
            batch = _Batch()
    if empty:
        raise fault(name, "I103", "the file has no lines")
    reader.check(name)
    yield _raw(batch)


@dataclass(frozen=True)
class _Conversation:
    """One line: what holds for all its turns, and the turns under canonical names."""

    conversation_id: str | None
    channel: str | None
    agent_id: Any
    meta: str | None
    turns: Sequence[Any]
    keys: Sequence[Keys | None]
    names: Mapping[str, str]
    merged: Mapping[str, str]
    damaged: bool


class _Reader:
    """Reads the lines of one file; it remembers which keys mean what, and which were seen."""

    def __init__(self, mapping: ColumnMapping) -> None:
        self.mapping = mapping
        self.plans: dict[tuple[object, ...], Keys] = {}
        self.lists: dict[tuple[str, ...], list[str]] = {}
        self.turn_names = {fold_name(key) for key in lexicon().turns}
        if "turns" in mapping.columns:
            self.turn_names = {fold_name(mapping.columns["turns"])}
        self.seen: dict[str, None] = {}

    def conversation(self, line: str) -> _Conversation:
        """Read one line."""
        try:
            found = _parsed(line)
        except (ValueError, RecursionError) as error:
            place = f" (column {error.colno})" if isinstance(error, json.JSONDecodeError) else ""
            raise _Unusable(f"not valid JSON: {getattr(error, 'msg', error)}{place}") from None
        if not isinstance(found, dict):
            raise _Unusable("the line is not a JSON object")
        damaged = bool(_HALF.search(line)) if "\\u" in line else False
        place = self.place_of_turns(found)
        plan = self.plan(tuple(found), _WHOLE if place is not None else None, skip=place)
        turns = found[place] if place is not None else [found]
        if place is not None and not turns:
            raise _Unusable(f"the list {place!r} is empty")
        if place is None and "text" not in plan.fields and "role" not in plan.fields:
            raise _Unusable(f"no list of turns; the keys are: {', '.join(map(str, found))[:200]}")
        keys = [self.plan(tuple(turn), _EACH) if isinstance(turn, dict) else None for turn in turns]
        meta = _meta(found, plan)
        whole = {key: _text(found.get(plan.fields.get(key, ""))) for key in ("conversation_id", "channel", "agent_id")}
        if damaged and _SURROGATE.search("".join(filter(None, [meta, *whole.values()]))):
            raise _Unusable("a lone surrogate (half of a character) stands in the data of the conversation")
        names = dict(plan.fields)
        last = None
        for known in keys:
            if known is not None and known is not last:
                last = known
                names.update(known.fields)
        return _Conversation(
            whole["conversation_id"], whole["channel"], whole["agent_id"], meta, turns, keys, names, plan.extras, damaged
        )

    def place_of_turns(self, found: dict[str, Any]) -> str | None:
        """Return the key whose value is the list of turns, None where the line is itself a turn."""
        keys = tuple(found)
        if keys not in self.lists:
            self.lists[keys] = [key for key in keys if fold_name(key) in self.turn_names]
        return next((key for key in self.lists[keys] if isinstance(found[key], list)), None)

    def plan(self, keys: tuple[str, ...], only: tuple[str, ...] | None, skip: str | None = None) -> Keys:
        """Return what the keys of an object are taken for."""
        known = self.plans.get((keys, only, skip))
        if known is None:
            self.seen.update(dict.fromkeys(keys))
            names = [key for key in keys if key != skip]
            folded = {fold_name(key) for key in names}
            here = {what: given for what, given in self.mapping.columns.items() if fold_name(given) in folded}
            found = assign(names, replace(self.mapping, columns=here), only)
            known = Keys(
                {what: names[place] for what, place in found.fields.items()},
                {what: names[place] for what, place in found.extras.items()},
            )
            self.plans[keys, only, skip] = known
        return known

    def check(self, name: str) -> None:
        """Raise an error if a needed key was in no line."""
        seen = list(self.seen)
        folded = {fold_name(key) for key in seen}
        problems = [
            Problem(name, 0, 0, "I110", f"the column mapping names the key {given!r}, which no line has")
            for given in self.mapping.columns.values()
            if fold_name(given) not in folded
        ]
        found = {what for plan in self.plans.values() for what in plan.fields}
        problems += [
            Problem(name, 0, 0, "I105", missing(need, seen))
            for need in ("conversation_id", "role", "text")
            if self.plans and need not in found
        ]
        if problems:
            raise InputError(problems)


def _parsed(line: str) -> Any:
    """Parse one line. What orjson refuses (a lone surrogate, NaN, a fault) the slower json reads or explains."""
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        return json.loads(line)


def _renamed(before: Mapping[str, str], now: Mapping[str, str]) -> bool:
    """True when a time stands under another key than before."""
    return any(key in before and before[key] != now.get(key, before[key]) for key in ("start", "end", "sent_at"))


def _meta(found: Mapping[str, Any], plan: Keys) -> str | None:
    """Return the metadata of a conversation as JSON with sorted keys; null values are left out."""
    merged = {what: found[key] for what, key in plan.extras.items()}
    given = found.get(plan.fields.get("meta", ""))
    if isinstance(given, dict):
        merged.update(given)
    elif given is not None:
        merged["meta"] = given
    kept = {str(key): value for key, value in merged.items() if value is not None}
    return json.dumps(kept, ensure_ascii=False, sort_keys=True) if kept else None


def _append(batch: _Batch, found: _Conversation, line: int) -> None:
    """Add the turns of a conversation to a batch."""
    first = len(batch.lines)
    count = len(found.turns)
    batch.names.update(found.names)
    batch.merged.update(dict.fromkeys(found.merged))
    batch.owner.extend([len(batch.whole)] * count)
    batch.whole.append((found.conversation_id, found.channel, found.meta))
    batch.lines.extend([line] * count)
    batch.positions.extend(range(count))
    one = found.keys[0] if all(keys is found.keys[0] for keys in found.keys) else None
    for key, column in batch.columns.items():
        if one is not None:  # all turns have the same keys
            given = one.fields.get(key)
            column.extend([None] * count if given is None else [turn[given] for turn in found.turns])
        else:
            pairs = zip(found.turns, found.keys, strict=True)
            column.extend([None if keys is None else turn.get(keys.fields.get(key)) for turn, keys in pairs])
    agents = batch.columns["agent_id"]
    if found.agent_id is not None:
        agents[first:] = [found.agent_id if agent is None else agent for agent in agents[first:]]
    if any(agent is not None for agent in agents[first:]):  # one person must not go by an id and by a name
        batch.columns["agent_name"][first:] = [None] * count
    for place, (turn, keys) in enumerate(zip(found.turns, found.keys, strict=True), first):
        if one is None and keys is None:
            batch.faults[place] = f"the turn is not a JSON object but {json.dumps(turn, ensure_ascii=False)[:40]}"
    if found.damaged:
        _drop_surrogates(batch, first)


def _drop_surrogates(batch: _Batch, first: int) -> None:
    """Mark the turns with half of a character and blank what no UTF-8 can hold."""
    for column in batch.columns.values():
        for place in range(first, len(column)):
            text = column[place] if isinstance(column[place], str) else str(column[place])
            if column[place] is not None and _SURROGATE.search(text):
                batch.faults[place] = "the turn holds a lone surrogate (half of a character)"
                column[place] = None


def _text(value: Any) -> str | None:
    """Return a JSON scalar as text: a whole number as its digits, lists and objects as JSON."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return json.dumps(value, ensure_ascii=False)


def _strings(values: Sequence[Any]) -> pa.Array:
    """Return a column of texts."""
    try:
        return pa.array(values, pa.string())
    except (pa.ArrowException, TypeError):
        return pa.array([_text(value) for value in values], pa.string())


def _loose(values: Sequence[Any]) -> pa.Array:
    """Return a column of numbers, or of texts where one value is no number."""
    try:
        return pa.array(values, pa.float64())
    except (pa.ArrowException, TypeError, OverflowError):
        return _strings(values)


def _raw(batch: _Batch) -> Raw:
    """Turn the lists into columns."""
    owner = pa.array(batch.owner, pa.int32())
    whole = list(zip(*batch.whole, strict=True)) or [(), (), ()]
    fields = {
        key: Field(batch.names.get(key, key), pa.DictionaryArray.from_arrays(owner, pa.array(values, pa.string())))
        for key, values in zip(("conversation_id", "channel", "meta"), whole, strict=True)
    }
    for key, values in batch.columns.items():
        texts = key in ("role", "text", "agent_id", "agent_name")
        if key in batch.names and (texts or any(value is not None for value in values)):
            fields[key] = Field(batch.names.get(key, key), _strings(values) if texts else _loose(values))
    return Raw(
        fields=fields,
        extras={},
        lines=np.array(batch.lines, np.int64),
        positions=np.array(batch.positions, np.int32),
        faults=batch.faults,
        rejects=tuple(batch.rejects),
        merged=tuple(batch.merged),
    )
