"""Assessing: conversations in, verdicts and scores out. The whole core in one place, without any table library."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from .batch import Batch
from .categories import Categories
from .decide import Verdict, decide
from .model import Finding, Satisfied
from .program import Program
from .rule import Rule
from .scan import scan
from .scheme import Scheme
from .score import Score, score_findings
from .segment import Segmenter


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
    team: str | None = None
    satisfied: tuple[Satisfied, ...] = ()


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

    def assess(self, batches: Iterable[Batch], trace: bool = False) -> Iterator[Assessment]:
        """Assess conversations batch by batch; what was suppressed is kept with ``trace``."""
        for batch in batches:
            for view in scan(self.program, batch):
                verdict = decide(self.program, view, self.segmenter, self._points, trace)
                yield Assessment(verdict, self._parts(verdict))

    @property
    def judged(self) -> frozenset[tuple[str, str]]:
        """The (polarity, category) pairs that some rule judges."""
        return frozenset((rule.polarity, rule.category) for rule in self.program.rules)

    @cached_property
    def _scores(self) -> dict[tuple[tuple[str, ...], tuple[str, ...]], Score]:
        """The scores of parts in which nothing was said, by what is missing and what was done: many parts share one."""
        return {}

    def _points(self, rule: Rule) -> float:
        return self._prices[rule.id]

    @cached_property
    def _prices(self) -> dict[str, float]:
        return {rule.id: self._price(rule) for rule in self.program.rules}

    def _price(self, rule: Rule) -> float:
        dimension = self.categories.dimension_of(rule.polarity, rule.category)
        price = self.scheme.price_of(rule.id, rule.category, rule.polarity, rule.severity, rule.points, dimension)
        return price / 100

    def _score(self, findings: tuple[Finding, ...], satisfied: tuple[Satisfied, ...]) -> Score:
        if any(finding.turn_index is not None for finding in findings):
            return score_findings(findings, self.scheme, self.categories, satisfied)
        key = tuple(finding.rule_id for finding in findings), tuple(one.rule_id for one in satisfied)
        score = self._scores.get(key)
        if score is None:
            score = self._scores[key] = score_findings(findings, self.scheme, self.categories, satisfied)
        return score

    def _parts(self, verdict: Verdict) -> tuple[Part, ...]:
        view = verdict.view
        batch, index = view.scanned.batch, view.index
        head = batch.ids[index], view.channel, started_at(batch, index)
        team = team_of(batch.metas[index])
        earned = verdict.satisfied if self.scheme.style != "deduct" else ()
        if batch.alone[index] is not None:
            agent = verdict.agents[0] if verdict.agents else None
            turns = len(verdict.agents), view.scanned.agent_turns[index]
            return (self._part(head, agent, turns, verdict.findings, len(verdict.not_applicable), team, earned),)
        own = slice(view.first, view.first + len(verdict.agents))
        speaks = (batch.by_agent[own] & view.scanned.filled[own]).tolist()
        parts = []
        for agent in dict.fromkeys(verdict.agents):
            mine = [spoken for spoken, who in zip(speaks, verdict.agents, strict=True) if who == agent]
            findings = tuple(finding for finding in verdict.findings if finding.agent_id == agent)
            not_applicable = sum(na.agent_id == agent for na in verdict.not_applicable)
            done = tuple(one for one in earned if one.agent_id == agent)
            parts.append(self._part(head, agent, (len(mine), sum(mine)), findings, not_applicable, team, done))
        return tuple(parts)

    def _part(
        self,
        head: tuple[str, str | None, datetime | None],
        agent: str | None,
        turns: tuple[int, int],
        findings: tuple[Finding, ...],
        not_applicable: int,
        team: str | None,
        satisfied: tuple[Satisfied, ...],
    ) -> Part:
        conversation_id, channel, began = head
        score = self._score(findings, satisfied)
        return Part(conversation_id, agent, channel, began, *turns, findings, not_applicable, score, team, satisfied)


def team_of(meta: Mapping[str, object]) -> str | None:
    """Return the team (班组) that a conversation's metadata name, else the queue (技能组)."""
    named = (str(meta.get(key) or "").strip() for key in ("team", "queue"))
    return next(filter(None, named), None)


def started_at(batch: Batch, index: int) -> datetime | None:
    """Return when a conversation began, as written: its metadata, else its first turn with a date.

    A year such as 1900 or 9999 is none: systems write it for "never".
    """
    given = batch.metas[index].get("started_at")
    if isinstance(given, str):
        with suppress(ValueError):
            found = datetime.fromisoformat(given).replace(tzinfo=None)
            if 1970 <= found.year < 2200:
                return found
    if batch.sent_at is None:
        return None
    return next((sent for sent in batch.sent_at[batch.limits[index] : batch.limits[index + 1]] if sent), None)
