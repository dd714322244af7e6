"""Judging: a candidate stands or falls by masks, word boundaries, allowed words and cues."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from .cues import Cue, CuePart, CueSet
from .details import Given
from .entries import Entry
from .normalize import masks as placeholders
from .scope import CueHit, find_cue, find_part
from .segment import Segmenter, on_boundaries
from .view import View


class Match(NamedTuple):
    """A judged match at a place: its folded span, its literal parts, and the cues that were seen and overruled.

    ``confidence`` is below 1 where a model or a similarity found it.
    """

    place: int
    start: int
    end: int
    literals: tuple[tuple[int, int], ...]
    cues: tuple[CueHit, ...] = ()
    confidence: float = 1.0


class Trial(NamedTuple):
    """An entry of a leaf's pattern: the number of the pattern, that of the entry in it, and the entry."""

    pattern: int
    number: int
    entry: Entry


Trials = tuple[Mapping[int, Sequence[Trial]], Sequence[Trial]]  # by the sieve's number; those it does not know


class Suppressed(NamedTuple):
    """A candidate that was let go, and why: mask, boundary, allow, a cue's id, 'unless' (a condition),
    'certain' (a surer finding stands on these words), or 'part' (a rule of another category says more with them)."""

    rule_id: str
    match: Match
    reason: str
    cue: CueHit | Match | None = None


class Failure(NamedTuple):
    """A pattern that ran out of its time on a place."""

    rule_id: str
    place: int
    message: str


@dataclass(frozen=True)
class Standards:
    """What a leaf condition asks of its matches: word boundaries, allowed words, and cues that excuse."""

    boundary: str = "both"
    allow: tuple[str, ...] = ()
    cues: tuple[str, ...] = ()

    @cached_property
    def none(self) -> bool:
        """True where every match stands that is not inside a placeholder."""
        return self.boundary == "none" and not self.allow and not self.cues


@dataclass(eq=False)
class Run:
    """The judging of one conversation: what conditions share while they are evaluated.

    ``numbers`` gives the numbers of each phrase list, ``lengths`` the length of each phrase, ``trials`` the entries of
    each leaf condition with patterns. ``clause`` limits
    matches to a span of the folded turn (for ``in: clause``). Suppressed candidates are kept only when ``trace`` is
    set. With ``brief`` one match suffices: it is asked whether a condition holds, not where. ``states`` keeps what was
    found of the states of turns (operator ``is``), ``given`` the details that each role gave (operator ``echo``).
    """

    view: View
    numbers: Mapping[object, frozenset[int]]
    lengths: Sequence[int]
    trials: Mapping[object, Trials]
    cues: Mapping[str, Cue]
    cue_sets: dict[tuple[str, ...], CueSet]
    segmenter: Segmenter
    trace: bool = False
    brief: bool = False
    rule_id: str = ""
    clause: tuple[int, int] | None = None
    suppressed: list[Suppressed] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    _cues: dict[tuple[tuple[str, ...], int], list[tuple[Cue, CuePart]]] = field(default_factory=dict)
    states: dict[object, Any] = field(default_factory=dict)
    given: dict[str, Given] = field(default_factory=dict)
    _masks: dict[int, list[tuple[int, int]]] = field(default_factory=dict)

    def judge(self, match: Match, standards: Standards) -> Match | None:
        """Return the match with the cues that were overruled, or None where it is let go."""
        if self.clause and not (self.clause[0] <= match.start and match.end <= self.clause[1]):
            return None
        reason = self._vetoed(match, standards)
        if reason:
            self.let_go(match, reason)
            return None
        overruled: list[CueHit] = []
        seen = None
        for cue, part in self._possible(standards.cues, match.place) if standards.cues else ():
            hit = None if cue is seen else find_part(self.view, cue.id, part, match.place, match.start, match.end)
            if hit is None:
                continue
            seen = cue
            stronger = self._cancelled(cue, match)
            if stronger is None:
                self.let_go(match, cue.id, hit)
                return None
            overruled += [hit, stronger]
        return match._replace(cues=tuple(dict.fromkeys(overruled))) if overruled else match

    def _possible(self, names: tuple[str, ...], place: int) -> list[tuple[Cue, CuePart]]:
        """Return those parts of the cues that may act on matches of a turn, each with its cue."""
        key = (names, place)
        found = self._cues.get(key)
        if found is None:
            cues = self.cue_sets.get(names)
            if cues is None:
                cues = self.cue_sets[names] = CueSet([self.cues[name] for name in names])
            found = self._cues[key] = cues.possible(self.view.text(place))
        return found

    def let_go(self, match: Match, reason: str, cue: CueHit | Match | None = None) -> None:
        """Keep a suppressed candidate for ``explain``."""
        if self.trace:
            self.suppressed.append(Suppressed(self.rule_id, match, reason, cue))

    def _cancelled(self, cue: Cue, match: Match) -> CueHit | None:
        for name in cue.cancelled_by:
            hit = find_cue(self.view, self.cues[name], match.place, match.start, match.end)
            if hit:
                return hit
        return None

    def _vetoed(self, match: Match, standards: Standards) -> str | None:
        masks = self._masks.get(match.place)
        if masks is None:
            masks = self._masks[match.place] = placeholders(self.view.text(match.place))
        for low, high in masks:
            if low < match.start < high or low < match.end < high:
                return "mask"
        if standards.none:
            return None
        text = self.view.text(match.place)
        if standards.allow and any(_allowed(text, span, standards.allow) for span in match.literals):
            return "allow"
        if standards.boundary != "none":
            for low, high in match.literals:
                if not on_boundaries(self.segmenter, text, low, high, standards.boundary):
                    return "boundary"
        return None


def _allowed(text: str, span: tuple[int, int], allow: tuple[str, ...]) -> bool:
    """True when an allowed span overlaps the literal and is not the shorter of the two."""
    low, high = span
    return any(
        len(phrase) >= high - low and text.find(phrase, max(0, low - len(phrase) + 1), high + len(phrase) - 1) >= 0
        for phrase in allow
    )
