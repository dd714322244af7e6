"""The examples inside rules and states: one agent turn, or a list of ``客服：`` / ``客户：`` lines.

The first line of a list may be ``渠道：电话`` or ``渠道：在线``.
"""

from __future__ import annotations

import re

from .model import CHANNEL_NAMES, ROLE_NAMES, Turn
from .rule import Example
from .source import Faults, Node

KINDS = ("hit", "miss", "known_miss")
_SPEAKERS = {"坐席": "agent"} | {title: role for role, title in ROLE_NAMES.items()}
_CHANNELS = {title: channel for channel, title in CHANNEL_NAMES.items() if channel}
_CHANNEL = re.compile(r"渠道[:：]\s*(.*?)\s*")
_LINE = re.compile(rf"(?:\[(?:(\d+):)?(\d+):(\d+(?:\.\d+)?)\]\s*)?({'|'.join(_SPEAKERS)})(\d*)[:：](.*)", re.DOTALL)


def read_examples(node: Node, faults: Faults) -> tuple[Example, ...]:
    """Read the ``examples`` of a rule; faults are collected and a faulty example is left out."""
    keys = node.pairs("examples", faults)
    faults.unknown_keys(node, "examples", keys, KINDS)
    found = []
    for kind in KINDS:
        for item in keys[kind].items(kind) if kind in keys and not keys[kind].is_null else []:
            example = faults.attempt(_example, item, kind)
            if example:
                found.append(example)
    return tuple(found)


def _example(node: Node, kind: str) -> Example:
    lines = node.texts("an example")
    if not node.is_list:
        turn, spans = _marked(node, 0, "agent", lines[0], None, None)
        return Example(kind, lines[0], (turn,), spans, node.line)
    turns: list[Turn] = []
    marks: list[tuple[int, int, int]] = []
    named = _CHANNEL.fullmatch(lines[0]) if lines else None
    if named and named[1] not in _CHANNELS:
        raise node.fault("P107", f"the channel of an example is 渠道：电话 or 渠道：在线 (got {lines[0]!r})")
    for index, line in enumerate(lines[1:] if named else lines):
        found = _LINE.fullmatch(line)
        if not found:
            raise node.fault("P107", f"each line of an example begins with 客服： or 客户： (got {line!r})")
        hours, minutes, seconds, speaker, number, said = found.groups()
        start = None if minutes is None else int(hours or 0) * 3600 + int(minutes) * 60 + float(seconds)
        agent = f"agent{number}" if number and _SPEAKERS[speaker] == "agent" else None
        turn, spans = _marked(node, index, _SPEAKERS[speaker], said, start, agent)
        turns.append(turn)
        marks += spans
    if not turns:
        raise node.fault("P107", "an example without turns")
    channel = _CHANNELS[named[1]] if named else None
    return Example(kind, " / ".join(lines), tuple(turns), tuple(marks), node.line, channel)


def _marked(
    node: Node, index: int, role: str, text: str, start: float | None, agent: str | None
) -> tuple[Turn, tuple[tuple[int, int, int], ...]]:
    plain, spans, opened = "", [], None
    for char in text:
        if char == "⟦" and opened is None:
            opened = len(plain)
        elif char == "⟧" and opened is not None:
            spans.append((index, opened, len(plain)))
            opened = None
        elif char in "⟦⟧":
            raise node.fault("P107", f"the marks ⟦ ⟧ are not in pairs in {text!r}")
        else:
            plain += char
    if opened is not None:
        raise node.fault("P107", f"the marks ⟦ ⟧ are not in pairs in {text!r}")
    return Turn(role, plain, index, agent, start), tuple(spans)
