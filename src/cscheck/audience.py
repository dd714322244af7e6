"""Audience: in whose turns a condition may be asked, by the speakers that its rules name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from .condition import Condition
from .model import ROLES
from .operators import Neighbour, Scoped
from .rule import Rule

Roles = frozenset[str]
EVERYBODY = frozenset(ROLES)
SPEAKERS = frozenset(("agent", "customer"))  # they alone have turns near another one


def audiences(rules: Iterable[Rule]) -> Mapping[Condition, Roles]:
    """Return for each condition of the rules the roles in whose turns it may be asked."""
    found: defaultdict[Condition, Roles] = defaultdict(frozenset)
    for rule in rules:
        speaker = EVERYBODY if rule.scope.speaker == "any" else frozenset((rule.scope.speaker,))
        beside = speaker if rule.polarity == "forbidden" else SPEAKERS
        _ask(rule.when, speaker, found)
        for condition in (*rule.context, *rule.excuses, *([rule.due] if rule.due else [])):
            _ask(condition, beside, found)
    return found


def _ask(condition: Condition, roles: Roles, found: defaultdict[Condition, Roles]) -> None:
    """Add the roles to those of a condition, and to what is inside it those that are heard there."""
    if roles <= found[condition]:
        return
    found[condition] |= roles
    if isinstance(condition, Scoped) and condition.scope.speaker != "any":
        roles = frozenset((condition.scope.speaker,))  # asked of a whole conversation, it looks at turns of its own
    if isinstance(condition, Neighbour):
        roles = SPEAKERS
    for child in condition.children():
        _ask(child, roles, found)
