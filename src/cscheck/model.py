"""The values that pass between the stages. All are immutable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

ROLES = ("agent", "customer", "bot", "system")
CHANNELS = ("call", "chat")
ROLE_NAMES = {"agent": "客服", "customer": "客户", "bot": "机器人", "system": "系统"}
CHANNEL_NAMES = {"call": "电话", "chat": "在线", None: "渠道未知"}
SEVERITIES = ("critical", "major", "minor")


def meets(asked: str | None, channel: str | None) -> bool:
    """Return whether a conversation has the channel asked for (渠道; None: any); one not known counts as a chat."""
    return asked is None or (asked == "call") == (channel == "call")


class Turn(NamedTuple):
    """One turn (话轮): a message or utterance of one speaker.

    ``turn_index`` is 0-based and kept as given. ``start`` and ``end`` are seconds from the start of the
    conversation; ``sent_at`` is wall-clock time. A turn with empty text is kept for its timing and index.
    """

    role: str
    text: str
    turn_index: int = 0
    agent_id: str | None = None
    start: float | None = None
    end: float | None = None
    sent_at: datetime | None = None


@dataclass(frozen=True)
class Conversation:
    """One contact (会话): its turns in order, its channel (call, chat or None) and its metadata."""

    conversation_id: str
    turns: tuple[Turn, ...]
    channel: str | None = None
    meta: Mapping[str, object] = field(default_factory=dict)


class Evidence(NamedTuple):
    """One thing that bears on a verdict.

    ``kind``: literal (words that matched), cue (a cue that was seen and what it did), context (another turn that
    a condition asked for), trigger (what made a duty due), searched (a turn in which a required thing was sought),
    nearest (the nearest miss of a required thing). ``start`` and ``end`` are code points in the original text of
    the turn ``turn_index``; None where the evidence is a whole turn.
    """

    kind: str
    name: str
    text: str
    turn_index: int | None
    start: int | None
    end: int | None


class Satisfied(NamedTuple):
    """A required rule that was due and satisfied, and the agent in whose part that was."""

    rule_id: str
    category: str
    agent_id: str | None


class Finding(NamedTuple):
    """One verdict (命中) with its evidence: a forbidden thing said, or a required thing missing.

    ``start`` and ``end`` are code points in the ORIGINAL text of the turn; all of ``turn_index, start, end,
    matched`` are None when a required thing is missing. ``kind`` is ``finding`` or ``error`` (a rule that could not
    be decided: it has no category and no points).
    """

    kind: str
    conversation_id: str
    agent_id: str | None
    turn_index: int | None
    rule_id: str
    category: str | None
    polarity: str | None
    severity: str | None
    points: float | None
    confidence: float
    start: int | None
    end: int | None
    matched: str | None
    message: str
    norms: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    fatal: bool = False
