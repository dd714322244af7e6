"""The turns of JSON lines as they are collected into columns."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import orjson
import pyarrow as pa

from ..checks import printable
from .raw import Field, Raw, Reject

EACH = ("role", "text", "start", "end", "sent_at", "turn_index", "agent_id", "agent_name")
SURROGATE = re.compile("[\ud800-\udfff]")


class Keys(NamedTuple):
    """Which key of an object is what: canonical name to key, and metadata name to key."""

    fields: Mapping[str, str]
    extras: Mapping[str, str]


class Line(NamedTuple):
    """One line: what holds for all its turns, and the turns under canonical names."""

    conversation_id: str | None
    channel: str | None
    agent_id: Any
    agent_name: str | None
    meta: str | None
    turns: Sequence[Any]
    keys: Sequence[Keys | None]
    names: Mapping[str, str]
    merged: Mapping[str, str]
    damaged: bool


@dataclass
class Batch:
    """Rows as they are collected, one list a column."""

    columns: dict[str, list[Any]] = field(default_factory=lambda: {key: [] for key in EACH})
    whole: list[tuple[str | None, str | None, str | None]] = field(default_factory=list)  # id, channel, meta
    owner: list[int] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)
    faults: dict[int, str] = field(default_factory=dict)
    rejects: list[Reject] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    merged: dict[str, None] = field(default_factory=dict)


def renamed(before: Mapping[str, str], now: Mapping[str, str]) -> bool:
    """True when a time stands under another key than before."""
    return any(key in before and before[key] != now.get(key, before[key]) for key in ("start", "end", "sent_at"))


def append(batch: Batch, found: Line, line: int) -> None:
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
    names = batch.columns["agent_name"]
    if found.agent_name is not None:
        names[first:] = [found.agent_name if name is None else name for name in names[first:]]
    if any(agent is not None for agent in agents[first:]):  # one person must not go by an id and by a name
        names[first:] = [None] * count
    for place, (turn, keys) in enumerate(zip(found.turns, found.keys, strict=True), first):
        if one is None and keys is None:
            shown = printable(json.dumps(turn, ensure_ascii=False)[:40])
            batch.faults[place] = f"the turn is not a JSON object but {shown}"
    if any(isinstance(text, (list, dict)) for text in batch.columns["text"][first:]):
        for place, text in enumerate(batch.columns["text"][first:], first):
            if isinstance(text, (list, dict)):
                batch.faults[place] = "the text of the turn is not a text but a list or an object"
    _drop_odd_agents(batch, first)
    if found.damaged:
        _drop_surrogates(batch, first)


def parsed(line: bytes) -> Any:
    """Parse one line. What orjson refuses (a lone surrogate, NaN, a fault) the slower json reads or explains.

    Raises:
        ValueError: the line is no JSON; the argument says why and where.
    """
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        pass
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        column = f" (column {error.pos + 1})" if isinstance(error, json.JSONDecodeError) else ""
        raise ValueError(f"not valid JSON: {getattr(error, 'msg', error)}{column}") from None


def no_id(value: Any) -> bool:
    """True for a JSON value that cannot be an id: true, false, an infinite number, a list or an object."""
    return isinstance(value, (bool, list, dict)) or (isinstance(value, float) and not math.isfinite(value))


def _drop_odd_agents(batch: Batch, first: int) -> None:
    """Mark the turns whose agent id cannot be one, and blank it."""
    agents = batch.columns["agent_id"]
    for place, agent in enumerate(agents[first:], first):
        if type(agent) is not str and no_id(agent):
            shown = printable(str(as_text(agent))[:40])
            batch.faults.setdefault(place, f"the agent id {shown} is neither text nor a number")
            agents[place] = None


def _drop_surrogates(batch: Batch, first: int) -> None:
    """Mark the turns with half of a character and blank what no UTF-8 can hold."""
    for column in batch.columns.values():
        for place in range(first, len(column)):
            text = column[place] if isinstance(column[place], str) else str(column[place])
            if column[place] is not None and SURROGATE.search(text):
                batch.faults[place] = "the turn holds a lone surrogate (half of a character)"
                column[place] = None


def as_text(value: Any) -> str | None:
    """Return a JSON scalar as text: a whole number as its digits, lists and objects as JSON."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        # beyond 2**53 a float has lost digits: written with an exponent, by which the reader of ids knows it
        return str(int(value)) if abs(value) < 2**53 else f"{value:.16e}"
    return json.dumps(value, ensure_ascii=False)


def _strings(values: Sequence[Any]) -> pa.Array:
    """Return a column of texts."""
    try:
        return pa.array(values, pa.string())
    except (pa.ArrowException, TypeError):
        return pa.array([as_text(value) for value in values], pa.string())


def _loose(values: Sequence[Any]) -> pa.Array:
    """Return a column of numbers, or of texts where one value is no number."""
    try:
        return pa.array(values, pa.float64())
    except (pa.ArrowException, TypeError, OverflowError):
        return _strings(values)


def raw_of_batch(batch: Batch) -> Raw:
    """Turn the lists into columns."""
    owner = pa.array(batch.owner, pa.int32())
    whole = list(zip(*batch.whole, strict=True)) or [(), (), ()]
    fields = {  # no name: merged or absent
        key: Field(batch.names.get(key, ""), pa.DictionaryArray.from_arrays(owner, pa.array(values, pa.string())))
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
