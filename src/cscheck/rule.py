"""Rules (规则) and packs (规则包): what a rule file says, as immutable values."""

from __future__ import annotations

from dataclasses import dataclass

from .condition import Condition
from .judge import Standards
from .model import Turn
from .positions import Scope, Within

UNITS = ("clause", "turn", "burst", "conversation")


@dataclass(frozen=True)
class Example:
    """A conversation that a rule must hit or miss, with the spans marked by ⟦ ⟧ as (turn_index, start, end).

    ``kind``: hit, miss or known_miss (a violation the rule does not catch yet). ``text`` is the example as written.
    ``channel`` is None where it is the rule's.
    """

    kind: str
    text: str
    turns: tuple[Turn, ...]
    spans: tuple[tuple[int, int, int], ...]
    line: int
    channel: str | None = None


@dataclass(frozen=True, eq=False)
class Rule:
    """One rule. ``when`` is what a forbidden rule finds and what satisfies a required one.

    ``due`` (YAML ``if``) makes a required thing due; ``after`` / ``before`` / ``around`` and the conditions of
    ``unless`` are part of ``context`` and ``excuses``. ``points`` is None where the scheme's default holds.
    """

    id: str
    title: str
    category: str
    polarity: str
    severity: str
    norms: tuple[str, ...]
    advice: str
    channel: str | None
    scope: Scope
    unit: str
    when: Condition
    context: tuple[Condition, ...]
    excuses: tuple[Condition, ...]
    due: Condition | None
    within: Within | None
    times: int
    points: float | None
    fatal: bool
    standards: Standards
    examples: tuple[Example, ...]
    pack: str
    path: str
    line: int


@dataclass(frozen=True)
class Pack:
    """A folder of rules for a setting, with the words it allows everywhere."""

    id: str
    title: str
    version: str
    allow: tuple[str, ...]
    rules: tuple[Rule, ...]
    path: str
