"""Observing: what the labels say of a turn beside what the checker found in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from ..checker import Checker
from ..decide import Verdict
from ..errors import InputError, Problem
from ..model import Conversation
from .labels import Labelled, Labels


class Unit(NamedTuple):
    """One thing that was judged: an agent turn for what is forbidden, a whole conversation for what is required.

    ``place`` is the number of the conversation, ``turn_index`` None for a conversation. ``gold`` are the categories the
    annotators gave (required: the absent ones), ``judged`` those they looked for and agreed on, ``rules`` the rules
    that fired by category, whether judged or not.
    """

    polarity: str
    place: int
    turn_index: int | None
    gold: frozenset[str]
    judged: frozenset[str]
    disputed: bool
    rules: Mapping[str, frozenset[str]]

    @property
    def found(self) -> frozenset[str]:
        """The judged categories that the checker found."""
        return self.judged & self.rules.keys()


class Observed(NamedTuple):
    """One labelled conversation with what the checker decided and the units judged in it."""

    conversation: Conversation
    verdict: Verdict
    units: tuple[Unit, ...]


def observe(checker: Checker, labelled: Labelled) -> Iterator[Observed]:
    """Check each labelled conversation and set its findings beside its labels.

    Raises:
        InputError: I153, nothing is labelled; I154, labels name a turn in which no agent speaks.
    """
    if not any(labels.forbidden or labels.required for labels in labelled.labels.values()):
        raise InputError(Problem("labels", 0, 0, "I153", "no turn and no duty is labelled: nothing can be measured"))
    _refuse_lost(labelled)
    conversations = [one for one in labelled.conversations if one.conversation_id in labelled.labels]
    for place, (conversation, checked) in enumerate(zip(conversations, checker.check_many(conversations), strict=True)):
        labels, verdict = labelled.labels[conversation.conversation_id], checked.assessment.verdict
        yield Observed(conversation, verdict, tuple(_units(place, labels, verdict)))


def _refuse_lost(labelled: Labelled) -> None:
    spoken = {
        (conversation.conversation_id, turn.turn_index)
        for conversation in labelled.conversations
        for turn in conversation.turns
        if turn.role == "agent"
    }
    known = {conversation.conversation_id for conversation in labelled.conversations}
    lost = [
        Problem(f"labels of {name}", 0, 0, "I154", f"no agent speaks in turn {index}: correct its turn_index (轮次)")
        for name, labels in labelled.labels.items()
        for index in labels.forbidden
        if (name, index) not in spoken
    ]
    lost += [
        Problem(f"labels of {name}", 0, 0, "I154", "there is no such conversation")
        for name in sorted(labelled.labels.keys() - known)
    ]
    if lost:
        raise InputError(lost)


def _units(place: int, labels: Labels, verdict: Verdict) -> Iterator[Unit]:
    fired: dict[int | None, dict[str, set[str]]] = {}
    for finding in verdict.findings:
        if finding.category is not None:
            where = finding.turn_index if finding.polarity == "forbidden" else None
            fired.setdefault(where, {}).setdefault(finding.category, set()).add(finding.rule_id)
    for index, gold in labels.forbidden.items():
        disputed = labels.disputed.get(index, frozenset())
        judged = (labels.judged | gold) - (disputed - gold)
        yield Unit("forbidden", place, index, gold, judged, bool(disputed), _frozen(fired.get(index, {})))
    if labels.required:
        absent = frozenset(item for item, status in labels.required.items() if status == "absent")
        judged = frozenset(labels.required)
        yield Unit("required", place, None, absent, judged, False, _frozen(fired.get(None, {})))


def _frozen(rules: Mapping[str, Iterable[str]]) -> dict[str, frozenset[str]]:
    return {category: frozenset(names) for category, names in rules.items()}
