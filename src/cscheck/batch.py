"""A batch: many conversations column by column, so that what is asked of every turn is asked of all at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from math import isnan, nan
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from .model import CHANNELS, ROLES, Conversation, Turn
from .normalize import SEPARATOR

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
AGENT = ROLES.index("agent")
MINUTE = 60.0


@dataclass(frozen=True, eq=False)
class Batch:
    """Conversations in columns.

    Of each conversation: ``ids``, ``channels``, ``metas``, and its turns, which are the rows ``limits[i]`` to
    ``limits[i + 1]``. Of each turn: its text, ``text[starts[t] : starts[t + 1] - 1]`` of all texts joined by
    separators; its role as an index of ``ROLES``; its agent as an index of ``agent_names`` (-1: none); ``turn_index``;
    ``start`` and ``end`` in seconds (nan: not known) and ``sent_at``; the last three are None where no turn has one.
    ``files`` (as an index of ``file_names``) and ``lines`` say where each turn was read, None where it was not read.
    ``given`` holds the conversations that the batch was made of, if any.
    """

    ids: Sequence[str]
    channels: Sequence[str | None]
    metas: Sequence[Mapping[str, object]]
    limits: Sequence[int]
    text: str
    starts: Ints
    roles: NDArray[np.uint8]
    agents: NDArray[np.int32]
    agent_names: Sequence[str]
    turn_index: Ints
    start: Floats | None = None
    end: Floats | None = None
    sent_at: Sequence[datetime | None] | None = None
    files: NDArray[np.int32] | None = None
    file_names: Sequence[str] = ()
    lines: Ints | None = None
    given: Sequence[Conversation] = field(default=(), repr=False)

    @classmethod
    def of(cls, conversations: Sequence[Conversation]) -> Batch:
        """Make a batch of conversations."""
        turns = [turn for conversation in conversations for turn in conversation.turns]
        starts, limits = np.zeros(len(turns) + 1, np.int64), [0]
        np.cumsum([len(turn.text) + 1 for turn in turns], out=starts[1:])
        for conversation in conversations:
            limits.append(limits[-1] + len(conversation.turns))
        names = list(dict.fromkeys(turn.agent_id for turn in turns if turn.agent_id))
        number = {name: index for index, name in enumerate(names)}
        return cls(
            [conversation.conversation_id for conversation in conversations],
            [conversation.channel for conversation in conversations],
            [conversation.meta for conversation in conversations],
            limits,
            SEPARATOR.join([turn.text for turn in turns]),
            starts,
            np.array([ROLES.index(turn.role) for turn in turns], np.uint8),
            np.array([number.get(turn.agent_id or "", -1) for turn in turns], np.int32),
            names,
            np.array([turn.turn_index for turn in turns], np.int64),
            np.array([nan if turn.start is None else turn.start for turn in turns]),
            np.array([nan if turn.end is None else turn.end for turn in turns]),
            [turn.sent_at for turn in turns],
            given=conversations,
        )

    def __len__(self) -> int:
        return len(self.ids)

    def __iter__(self) -> Iterator[Conversation]:
        return map(self.conversation, range(len(self)))

    @property
    def turns(self) -> int:
        """The number of all turns."""
        return len(self.roles)

    def conversation(self, i: int) -> Conversation:
        """Return conversation ``i`` as a value of its own."""
        if self.given:
            return self.given[i]
        turns = tuple(self._turns(self.limits[i], self.limits[i + 1]))
        return Conversation(self.ids[i], turns, self.channels[i], self.metas[i])

    def seconds(self, side: Literal["start", "end"], low: int, high: int) -> list[float | None]:
        """Return when turns start or end, in seconds from the start of their conversation; None where not known."""
        column = self.start if side == "start" else self.end
        if column is None:
            return [None] * (high - low)
        return [None if isnan(value) else value for value in column[low:high].tolist()]

    def read_at(self, turn: int) -> str | None:
        """Return the file and line at which a turn was read, as ``file:line``, or None."""
        if self.files is None or self.lines is None:
            return None
        return f"{self.file_names[self.files[turn]]}:{self.lines[turn]}"

    def _turns(self, low: int, high: int) -> Iterator[Turn]:
        names, cuts = self.agent_names, self.starts[low : high + 1].tolist()
        starts, ends = self.seconds("start", low, high), self.seconds("end", low, high)
        sent = self.sent_at[low:high] if self.sent_at is not None else [None] * (high - low)
        agents, roles, index = (column[low:high].tolist() for column in (self.agents, self.roles, self.turn_index))
        for at in range(high - low):
            agent = agents[at]
            yield Turn(
                ROLES[roles[at]],
                self.text[cuts[at] : cuts[at + 1] - 1],
                index[at],
                names[agent] if agent >= 0 else None,
                starts[at],
                ends[at],
                sent[at],
            )

    @cached_property
    def owner(self) -> Ints:
        """The conversation of each turn."""
        return np.repeat(np.arange(len(self)), np.diff(self.limits))

    @cached_property
    def vague(self) -> Floats:
        """Of each conversation how many seconds less may have passed between two turns than its times say.

        60 where at least three turns have a time and all times are whole minutes: the clock tells no seconds. Else 0.
        """
        timed, odd = np.zeros(len(self)), np.zeros(len(self))
        for column in (self.start, self.end):
            if column is not None:
                known = ~np.isnan(column)
                seconds = np.abs(column - MINUTE * np.round(column / MINUTE)) > 0.001  # days as numbers are not exact
                odd += np.bincount(self.owner[seconds], minlength=len(self))
                timed = np.maximum(timed, np.bincount(self.owner[known], minlength=len(self)))
        return np.where((timed >= 3) & (odd == 0), MINUTE, 0.0)

    @cached_property
    def by_agent(self) -> NDArray[np.bool_]:
        """Which turns are an agent's."""
        spoken: NDArray[np.bool_] = self.roles == AGENT
        return spoken

    @cached_property
    def alone(self) -> list[int | None]:
        """Of each conversation the one agent who speaks in it (-1: none has an id), or None where there are several."""
        own = np.where(self.by_agent, self.agents, -1)
        high = _joined(np.maximum, own, self.limits, -1)
        low = _joined(np.minimum, np.where(own < 0, np.iinfo(np.int32).max, own), self.limits, np.iinfo(np.int32).max)
        return [most if most < 0 or least == most else None for least, most in zip(low, high, strict=True)]

    @cached_property
    def channel_codes(self) -> list[int]:
        """Of each conversation its channel as an index of ``CHANNELS``; behind them: not known."""
        code = {channel: index for index, channel in enumerate(CHANNELS)}
        return [code.get(channel or "", len(CHANNELS)) for channel in self.channels]


def _joined(operation: np.ufunc, values: NDArray[np.int32], limits: Sequence[int], empty: int) -> list[int]:
    """Return the values of each conversation joined by an operation; ``empty`` where it has no turn."""
    found = np.full(len(limits) - 1, empty, np.int32)
    cuts = np.asarray(limits)
    filled = np.flatnonzero(np.diff(cuts))
    if len(filled):
        found[filled] = operation.reduceat(values, cuts[filled])
    return found.tolist()
