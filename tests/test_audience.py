"""Audience: in whose turns the conditions of rules may be asked."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cscheck.audience import audiences
from cscheck.operators import Phrases
from cscheck.pack import Library


@pytest.mark.parametrize(
    ("rule", "heard"),
    [
        ("when: {phrases: [办不了]}", "agent"),
        ("{speaker: any, when: {phrases: [办不了]}}", "agent bot customer system"),
        ("{speaker: any, when: {phrases: [办不了], speaker: customer}}", "customer"),
        ("when: {all: [{pattern: 保证}, {not: {phrases: [办不了]}}]}", "agent"),
        ("when: {all: [{pattern: 保证}, {after: {phrases: [办不了]}}]}", "agent customer"),
        ("{when: {pattern: 保证}, after: {phrases: [办不了], speaker: customer}}", "customer"),
        ("{category: apology, when: {phrases: [办不了]}}", "agent"),
        ("{category: apology, when: {pattern: 抱歉}, if: {phrases: [办不了]}}", "agent customer"),
        ("{category: apology, when: {pattern: 抱歉}, if: {phrases: [办不了], speaker: system}}", "system"),
    ],
)
def test_a_condition_is_asked_in_turns_of_those_its_rule_names(
    pack: Callable[..., Library], rule: str, heard: str
) -> None:
    """Its own speaker narrows that of the rule; beside other turns agents and customers are heard."""
    found = audiences(pack(rule).rules)
    assert [" ".join(sorted(roles)) for leaf, roles in found.items() if isinstance(leaf, Phrases)] == [heard]


def test_a_state_is_asked_in_turns_of_all_that_name_it(pack: Callable[..., Library]) -> None:
    """Rules share the one condition of a state: it is asked wherever one of them asks it."""
    found = audiences(pack("[{when: {is: asks_nicely}}, {speaker: bot, when: {is: asks_nicely}}]").rules)
    heard = {leaf.phrases[0]: sorted(roles) for leaf, roles in found.items() if isinstance(leaf, Phrases)}
    assert heard == {"请问": ["agent", "bot"], "您": ["agent", "bot"]}
