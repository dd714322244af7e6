"""Noise (同音噪声): agent turns with some characters replaced by others that sound alike, as a recogniser mishears.

Sounds are taken from ``lexicons/sound``: the same table that rules for mis-heard words stand on. So the curve shows
how findings fade with noise of a known kind, not how a certain recogniser errs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate
from pathlib import Path
from random import Random

from ..data import lexicons, rows
from ..model import Conversation, Turn

LEVELS = (0.0, 0.05, 0.10, 0.20)
SEEDS = (0, 1, 2, 3, 4)


@dataclass(frozen=True)
class Homophones:
    """Characters that sound alike, whatever their tone: ``groups`` holds each group with the summed-up weights."""

    groups: tuple[tuple[str, tuple[int, ...]], ...]
    group_of: Mapping[str, int]

    def other(self, character: str, random: Random) -> str:
        """Return another character of the same sound, a common one more often than a rare one."""
        if character not in self.group_of:
            return character
        members, weights = self.groups[self.group_of[character]]
        while (chosen := random.choices(members, cum_weights=weights)[0]) == character:
            pass
        return chosen


@cache  # the shipped tables do not change while the program runs
def load_homophones(folder: Path | None = None) -> Homophones:
    """Read which characters sound alike, from ``readings.tsv`` and ``pairs.tsv`` of ``lexicons/sound``.

    A character weighs as many as there are characters that commonly follow it; one that none follows is left out.
    """
    home = folder or lexicons() / "sound"
    weight = {row[0]: len(row[1]) for row in rows(home / "pairs.tsv")}
    groups = []
    for row in rows(home / "readings.tsv"):
        members = "".join(character for character in row[1] if weight.get(character))
        if len(members) > 1:
            groups.append((members, tuple(accumulate(weight[character] for character in members))))
    return Homophones(tuple(groups), {c: number for number, (members, _) in enumerate(groups) for c in members})


def noisy(
    conversations: Iterable[Conversation], level: float, homophones: Homophones, seed: int = 0
) -> Iterator[Conversation]:
    """Yield the conversations with a share of the characters of agent turns replaced by ones of the same sound.

    ``level`` is the chance of each character that has such another. Turns keep their length. The characters replaced
    at a low level are among those replaced at a higher one, and by the same others, so that levels can be compared.
    """
    for conversation in conversations:
        name = conversation.conversation_id
        turns = [
            turn._replace(text=_heard(turn, level, homophones, Random(f"{seed} {name} {turn.turn_index}")))
            if turn.role == "agent"
            else turn
            for turn in conversation.turns
        ]
        yield replace(conversation, turns=tuple(turns))


def _heard(turn: Turn, level: float, homophones: Homophones, random: Random) -> str:
    heard = []
    for character in turn.text:
        luck, inner = random.random(), random.random()
        heard.append(homophones.other(character, Random(inner)) if luck < level else character)
    return "".join(heard)
