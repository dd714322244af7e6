"""Assessing: conversations in, verdicts and scores out. The whole core in one place, without any table library."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import groupby
from typing import NamedTuple

from .categories import Categories
from .decide import Verdict, decide
from .model import Conversation, Finding
from .program import Program
from .rule import Rule
from .scan import scan
from .scheme import Scheme
from .score import Score, score_findings
from .segment import Segmenter

BATCH_TURNS = 16_384


class Part(NamedTuple):
    """One agent's part of a conversation (一名坐席在一次会话中的部分) with its findings and its score."""

    conversation_id: str
    agent_id: str | None
    channel: str | None
    started_at: datetime | None
    turns: int
    agent_turns: int
    findings: tuple[Finding, ...]
    not_applicable: int
    score: Score


class Assessment(NamedTuple):
    """One conversation: its verdict and the scored part of each agent, in order of first appearance."""

    verdict: Verdict
    parts: tuple[Part, ...]


@dataclass(frozen=True, eq=False)
class Assessor:
    """A program with a scheme: everything that is needed to assess conversations."""

    program: Program
    scheme: Scheme
    categories: Categories
    segmenter: Segmenter

    def assess(self, conversations: Iterable[Conversation], trace: bool = False) -> Iterator[Assessment]:
        """Assess conversations in batches of many turns; what was suppressed is kept with ``trace``."""
        prices = {rule.id: self._price(rule) for rule in self.program.rules}
        for batch in batches(conversations):
            for view in scan(self.program, batch):
                verdict = decide(self.program, view, self.segmenter, lambda rule: prices[rule.id], trace)
                yield Assessment(verdict, self._parts(verdict))

    @property
    def judged(self) -> frozenset[tuple[str, str]]:
        """The (polarity, category) pairs that some rule judges."""
        return frozenset((rule.polarity, rule.category) for rule in self.program.rules)

    @cached_property
    def _clean(self) -> Score:
        return score_findings((), self.scheme, self.categories)

    def _price(self, rule: Rule) -> float:
        points = self.scheme.points_of(rule.id, rule.category, rule.polarity, rule.severity, rule.points)
        return points / 100

    def _parts(self, verdict: Verdict) -> tuple[Part, ...]:
        conversation = verdict.conversation
        agents = tuple(dict.fromkeys(verdict.agents)) or (None,)
        alone = len(agents) == 1
        parts = []
        for agent in agents:
            findings = verdict.findings if alone else tuple(f for f in verdict.findings if f.agent_id == agent)
            mine = [turn for turn, who in zip(conversation.turns, verdict.agents, strict=True) if alone or who == agent]
            parts.append(
                Part(
                    conversation.conversation_id,
                    agent,
                    conversation.channel,
                    started_at(conversation),
                    len(mine),
                    sum(turn.role == "agent" for turn in mine),
                    findings,
                    sum(na.agent_id == agent for na in verdict.not_applicable),
                    score_findings(findings, self.scheme, self.categories) if findings else self._clean,
                )
            )
        return tuple(parts)


@contextmanager
def uncollected() -> Iterator[None]:
    """Pause the cyclic garbage collector: the values of a pass hold no cycles, and looking for some takes a third."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def started_at(conversation: Conversation) -> datetime | None:
    """Return when the conversation began, as written: its metadata, else its first turn with a date."""
    given = conversation.meta.get("started_at")
    if isinstance(given, str):
        try:
            return datetime.fromisoformat(given).replace(tzinfo=None)
        except ValueError:
            pass
    return next((turn.sent_at for turn in conversation.turns if turn.sent_at), None)


def batches(conversations: Iterable[Conversation], turns: int = BATCH_TURNS) -> Iterator[Sequence[Conversation]]:
    """Yield lists of conversations with about ``turns`` turns each; a conversation is never cut."""
    counted = _counted(conversations, turns)
    for _, group in groupby(counted, key=lambda pair: pair[0]):
        yield [conversation for _, conversation in group]


def _counted(conversations: Iterable[Conversation], turns: int) -> Iterator[tuple[int, Conversation]]:
    total = 0
    for conversation in conversations:
        yield total // turns, conversation
        total += len(conversation.turns)
