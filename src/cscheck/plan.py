"""Plans: which required rules are due in a conversation, by its situation and by what stands in it, before any search.

Most conversations share a few plans, so each is made once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from .condition import Condition
from .model import CHANNELS, meets
from .program import Program
from .rule import Rule

Situation = tuple[int, bool, bool, bool]


class NotApplicable(NamedTuple):
    """A required rule that was not due, why, and the agent whose part it belongs to."""

    rule_id: str
    reason: str
    agent_id: str | None


class Open(NamedTuple):
    """A required rule to be looked into, its excuses that may hold, and whether what it asks for may have been said."""

    rule: Rule
    excuses: tuple[Condition, ...]
    possible: bool


@dataclass(frozen=True, eq=False)
class Plan:
    """What is known of the required rules: not applicable (and why), surely missing, and those to be looked into."""

    not_applicable: tuple[tuple[Rule, str], ...]
    missing: tuple[Rule, ...]
    open: tuple[Open, ...]
    told: dict[tuple[str | None, str | None], tuple[NotApplicable, ...]] = field(default_factory=dict, repr=False)

    def tell(self, first: str | None, last: str | None) -> tuple[NotApplicable, ...]:
        """Return what is not applicable, for the agents of the first and of the last agent turn."""
        found = self.told.get((first, last))
        if found is None:
            found = self.told[first, last] = tuple(
                NotApplicable(rule.id, reason, first if rule.scope.bound == "start" else last)
                for rule, reason in self.not_applicable
            )
        return found


def plan(program: Program, situation: Situation, opened: int) -> Plan:
    """Return the plan of the conversations in one situation (see ``View``) in which the same openings are set."""
    key = situation, opened & program.openings.duties
    known: Plan | None = program.plans.get(key)
    if known is None:
        known = program.plans[key] = _plan(program, *key)
    return known


def _plan(program: Program, situation: Situation, opened: int) -> Plan:
    not_applicable: list[tuple[Rule, str]] = []
    missing: list[Rule] = []
    looked: list[Open] = []
    shut = program.openings.shut
    for rule in program.required:
        reason = _ruled_out(rule, situation)
        excuses = tuple(excuse for excuse in rule.excuses if not shut(excuse, "any", opened))
        possible = not shut(rule.when, rule.scope.speaker, opened)
        if reason is not None:
            not_applicable.append((rule, reason))
        elif rule.due is not None and shut(rule.due, "any", opened):
            not_applicable.append((rule, "not due"))
        elif excuses or possible or rule.due is not None or not _sure(rule):
            looked.append(Open(rule, excuses, possible))
        else:
            missing.append(rule)
    return Plan(tuple(not_applicable), tuple(missing), tuple(looked))


def _sure(rule: Rule) -> bool:
    """True where a turn is in scope in every conversation in which an agent speaks."""
    return rule.scope.sure and rule.scope.speaker in ("agent", "any")


def _ruled_out(rule: Rule, situation: Situation) -> str | None:
    """Return why a rule is not applicable in a situation, whatever was said; None where that is not known."""
    channel, speaks, excerpt, late = situation
    bound = rule.scope.bound
    if not meets(rule.channel, (*CHANNELS, None)[channel]):
        return f"only in channel {rule.channel}"
    if not speaks:
        return "no agent turn"
    if bound and excerpt:
        return "the transcript is an excerpt"
    if bound == "start" and late:
        return "the opening is not in the transcript"
    return None
