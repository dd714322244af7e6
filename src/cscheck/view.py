"""A conversation as the rules see it: folded turns, literal hits, and who speaks where."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from .entries import Entry
from .learn import Model, decisive, score
from .model import ROLES, Conversation
from .normalize import Reading, codes_of
from .scanned import Scanned, Stretches

BURST_SECONDS = 60.0
T = TypeVar("T")


class lazy(Generic[T]):  # noqa: N801
    """A property that is made when it is first asked for, without the lock that ``cached_property`` takes."""

    def __init__(self, make: Callable[[Any], T]) -> None:
        self.make, self.__doc__ = make, make.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, one: Any, owner: type | None = None) -> T:
        made = one.__dict__[self.name] = self.make(one)
        return made


class View:
    """One conversation of a scanned batch.

    A *place* is the 0-based position of a turn within the conversation (not its ``turn_index``). ``situation`` is
    what the batch knows of it: its channel, whether an agent speaks, whether it is an excerpt, whether its opening is
    missing; ``opened`` the bits of the program's openings of which something stands in it; ``candidates`` the places
    at which each forbidden rule (by its index) may have found something. ``scopes`` keeps the places of each scope
    that was asked for, ``cued`` the spans of a part of a cue (by its identity) at a place. What is not asked for is not
    made.
    """

    def __init__(
        self,
        scanned: Scanned,
        index: int,
        situation: tuple[int, bool, bool, bool],
        opened: int,
        candidates: Mapping[int, list[int]],
        tested: dict[tuple[int, Entry], re.Match[str] | bool],
    ) -> None:
        self.scanned, self.index, self.first = scanned, index, scanned.batch.limits[index]
        self.situation, self.opened, self.candidates = situation, opened, candidates
        self.scopes: dict[object, list[int]] = {}
        self.cued: dict[tuple[int, int], list[tuple[int, int]]] = {}
        self._tested = tested
        self._texts: dict[int, str] = {}
        self._passed: dict[int, Sequence[int]] = {}

    @lazy
    def conversation(self) -> Conversation:
        """The conversation as a value of its own."""
        return self.scanned.batch.conversation(self.index)

    @property
    def channel(self) -> str | None:
        """Its channel."""
        return self.scanned.batch.channels[self.index]

    @property
    def meta(self) -> Mapping[str, object]:
        """Its metadata."""
        return self.scanned.batch.metas[self.index]

    @lazy
    def agents(self) -> tuple[str | None, ...]:
        """Of each turn the agent in whose part it lies.

        The part of an agent begins with its first turn; what stands before the first agent turn belongs to that agent.
        Agent turns without an id continue the agent before them.
        """
        batch, low, high = self.scanned.batch, self.first, self.scanned.batch.limits[self.index + 1]
        alone = batch.alone[self.index]
        if alone is not None:
            given = batch.agent_names[alone] if alone >= 0 else batch.metas[self.index].get("agent_id")
            return (str(given) if given else None,) * (high - low)
        known = np.where(batch.by_agent[low:high], batch.agents[low:high], -1).tolist()
        current = next(agent for agent in known if agent >= 0)
        parts = []
        for agent in known:
            current = agent if agent >= 0 else current
            parts.append(batch.agent_names[current])
        return tuple(parts)

    @lazy
    def roles(self) -> list[str]:
        """The role of each turn."""
        batch = self.scanned.batch
        return [ROLES[role] for role in batch.roles[self.first : batch.limits[self.index + 1]].tolist()]

    @lazy
    def numbers(self) -> list[int]:
        """The ``turn_index`` of each turn."""
        batch = self.scanned.batch
        numbers: list[int] = batch.turn_index[self.first : batch.limits[self.index + 1]].tolist()
        return numbers

    @lazy
    def spoken(self) -> dict[str, list[int]]:
        """The places of each role's turns that are not empty; under ``any`` those of agent and customer together."""
        index = self.index
        return {who: places[cuts[index] : cuts[index + 1]] for who, (places, cuts) in self.scanned.spoken.items()}

    @lazy
    def hits(self) -> dict[int, dict[int, list[int]]]:
        """A place -> the phrases that stand there: the phrase's number -> its starts in the folded turn."""
        span = slice(*self.scanned.hit_limits[self.index : self.index + 2])
        found: dict[int, dict[int, list[int]]] = {}
        for turn, number, start in zip(*(column[span].tolist() for column in self.scanned.hits), strict=True):
            found.setdefault(turn - self.first, {}).setdefault(number, []).append(start)
        return found

    def text(self, place: int) -> str:
        """Return the folded text of a turn."""
        text = self._texts.get(place)
        if text is None:
            text = self._texts[place] = self.scanned.folded.turn(self.first + place)
        return text

    def readings(self, place: int, start: int, end: int) -> Sequence[Reading]:
        """Return what was read otherwise than written in a folded span of a turn."""
        return self.scanned.folded.readings_at(self.first + place, start, end)

    def original(self, place: int) -> str:
        """Return the text of a turn as it was given."""
        low, high = self.scanned.written[self.first + place : self.first + place + 2]
        return self.scanned.batch.text[low : high - 1]

    def original_span(self, place: int, start: int, end: int) -> tuple[int, int]:
        """Map a folded span of a turn to code points of its original text."""
        return self.scanned.folded.original_span(self.first + place, start, end)

    def passed(self, place: int) -> Sequence[int]:
        """Return the entries that the sieve let through on a turn, by number."""
        found = self._passed.get(place)
        if found is None:
            low, high = self.scanned.passed_limits[self.first + place : self.first + place + 2]
            found = self._passed[place] = self.scanned.passed[low:high]
        return found

    def tried(self, place: int, test: Entry) -> re.Match[str] | bool:
        """Return what an entry says of a turn; it is tried once."""
        found = self._tested.get((place, test))
        if found is None:
            found = self._tested[place, test] = test.search(self.text(place))
        return found

    def score(self, place: int, model: Model) -> NDArray[np.float32]:
        """Return the probability of each of a model's categories in a turn."""
        rows, scores = self.scanned.scores.get(model, (None, None))
        if rows is not None and scores is not None and rows[self.first + place] >= 0:
            found: NDArray[np.float32] = scores[rows[self.first + place]]
            return found
        text = self.text(place)
        alone = score(model, codes_of(text), np.array([0, len(text) + 1]))
        single: NDArray[np.float32] = alone[0]
        return single

    def decisive(self, place: int, model: Model, column: int) -> Stretches:
        """Return the stretches of a turn that speak for a model's category: start, end, weight."""
        found = self.scanned.decisive(model, self.first + place, column)
        return decisive(model, codes_of(self.text(place)), [column])[0] if found is None else found

    @lazy
    def present(self) -> frozenset[int]:
        """The numbers of the phrases that stand anywhere in the conversation."""
        return frozenset().union(*self.hits.values())

    @lazy
    def order(self) -> dict[int, int]:
        """Each place of an agent or customer turn -> its rank among them (bot, system and empty turns are skipped)."""
        return {place: rank for rank, place in enumerate(self.spoken["any"])}

    def time(self, place: int) -> float | None:
        """Return the seconds from the start of the conversation at which a turn begins, or None."""
        return self._starts[place]

    def end(self, place: int) -> float | None:
        """Return the seconds from the start of the conversation at which a turn ends, or None."""
        return self.scanned.batch.seconds("end", self.first + place, self.first + place + 1)[0]

    @lazy
    def _starts(self) -> list[float | None]:
        return self.scanned.batch.seconds("start", self.first, self.first + len(self.roles))

    def burst(self, place: int) -> list[int]:
        """Return the consecutive turns of the same role around a place, with nothing between.

        In chats at most 60 s lie between two of them, where times exist.
        """
        ranks, spoken = self.order, self.spoken["any"]
        if place not in ranks:
            return [place]
        low = high = ranks[place]
        while low > 0 and self._joined(spoken[low - 1], spoken[low]):
            low -= 1
        while high + 1 < len(spoken) and self._joined(spoken[high], spoken[high + 1]):
            high += 1
        return spoken[low : high + 1]

    def _joined(self, left: int, right: int) -> bool:
        if self.roles[left] != self.roles[right]:
            return False
        begin, end = self.time(left), self.time(right)
        if self.channel == "call" or begin is None or end is None:
            return True
        return end - begin <= BURST_SECONDS
