"""Cues (线索): words that change what a match means, loaded from data files."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

import regex

from .classes import LONGEST_PHRASE, fill_phrase
from .needs import signs_of
from .normalize import fold_phrase
from .patterns import Choice, Part, Text, render
from .source import Faults, Node, read_yaml
from .ways import heavy, read_pattern

Expression: TypeAlias = "re.Pattern[str] | regex.Pattern[str]"
SIDES = ("before", "after", "inside", "overlap", "quoted", "anywhere")
REACHES = ("clause", "turn", "burst", "near")
PART_KEYS = ("side", "reach", "window", "commas", "near", "phrases", "pattern", "except", "terminators")
CUE_KEYS = ("id", "title", "why", "cancelled_by", "parts", "examples")
EXAMPLES = ("hit", "miss")
QUOTES = ("“”", "《》")
MARKS = frozenset("".join(QUOTES) + "\"'")


@dataclass(frozen=True)
class CuePart:
    """Where a cue's words stand and how far they act.

    ``side``: before or after the match, inside it, overlapping it (an official name), quoted (the words open a
    quotation that holds the match), or anywhere. ``reach``: the clause, the turn, the burst, or (near) the
    speaker's turns up to ``near`` before and after. ``window``: most characters between cue and match;
    ``commas``: how many commas it may cross. ``source`` is the expression of the words, ``ends`` that of what ends the
    reach (empty: nothing does). ``signs``: characters of which one stands wherever the words (or, for
    quoted, quotation marks) do; None where none are known.
    """

    side: str
    reach: str
    window: int
    commas: int
    near: int
    source: str
    ends: str
    signs: frozenset[str] | None = None

    @cached_property
    def words(self) -> Expression:
        """The words, compiled when they are first sought."""
        return _compiled(self.source)

    @cached_property
    def terminators(self) -> Expression | None:
        """What ends the reach, compiled when it is first sought; None where nothing does."""
        return _compiled(self.ends) if self.ends else None


@dataclass(frozen=True)
class Cue:
    """One cue: ``id`` is what rules name in ``unless``; a cue named in ``cancelled_by`` takes its effect away."""

    id: str
    title: str
    cancelled_by: tuple[str, ...]
    parts: tuple[CuePart, ...]
    examples: tuple[tuple[bool, str, int], ...]
    path: str
    line: int = 0


class CueSet:
    """The cues that a condition names, with the characters by which each of their parts can be ruled out in a turn."""

    def __init__(self, cues: Sequence[Cue]) -> None:
        self.parts = [(1 << bit, at) for bit, at in enumerate((cue, part) for cue in cues for part in cue.parts)]
        self.always = 0
        self.by_char: dict[str, int] = {}
        for bit, (_, part) in self.parts:
            if part.signs is None or part.reach != "clause":
                self.always |= bit
            for char in part.signs or ():
                self.by_char[char] = self.by_char.get(char, 0) | bit
        self.signs = frozenset(self.by_char)

    def possible(self, text: str) -> list[tuple[Cue, CuePart]]:
        """Return the parts of cues that may act in a turn, in their order, each with its cue."""
        may = self.always
        for char in self.signs.intersection(text):
            may |= self.by_char[char]
        return [at for bit, at in self.parts if may & bit] if may else []


def load_cues(folder: Path, faults: Faults) -> dict[str, Cue]:
    """Read all cue files of a folder; faults are collected.

    A faulty cue is kept as far as it could be read, so that the rules that name it are not faulty too.
    """
    cues: dict[str, Cue] = {}
    for path in sorted(folder.glob("*.yaml")):
        root = read_yaml(path, faults)
        nodes = faults.attempt(root.items, "a cue file") if root else None
        for cue, node in faults.each(lambda node: (_cue(node, faults), node), nodes or []):
            if cue and cue.id in cues:
                faults.problems.append(node.fault("P105", f"cue {cue.id!r} is defined twice").problem)
            elif cue:
                cues[cue.id] = cue
    return cues


def _cue(node: Node, faults: Faults) -> Cue | None:
    keys = node.pairs("a cue", faults)
    faults.unknown_keys(node, "a cue", keys, CUE_KEYS)
    for needed in ("id", "title", "parts"):
        if needed not in keys:
            faults.problems.append(node.fault("P106", f"a cue needs the key {needed!r}").problem)
    name = faults.get(keys, "id", lambda value: value.text("id"), "")
    if not name:
        return None
    return Cue(
        id=name,
        title=faults.get(keys, "title", lambda value: value.text("title"), ""),
        cancelled_by=tuple(faults.get(keys, "cancelled_by", lambda value: value.texts("cancelled_by"), ())),
        parts=faults.get(keys, "parts", lambda value: _parts(value, name, faults), ()),
        examples=faults.get(keys, "examples", lambda value: _examples(value, faults), ()),
        path=node.path,
        line=node.line,
    )


def _examples(node: Node, faults: Faults) -> tuple[tuple[bool, str, int], ...]:
    def example(item: Node, kind: str) -> tuple[bool, str, int]:
        text = item.text("an example")
        if text.count("⟦") != 1 or text.count("⟧") != 1:
            raise item.fault("P107", "a cue's example marks the word it acts on with ⟦ and ⟧")
        return kind == "hit", text, item.line

    pairs = node.pairs("examples", faults)
    faults.unknown_keys(node, "examples", pairs, EXAMPLES)
    lists = {kind: faults.attempt(pairs[kind].items, kind) for kind in EXAMPLES if kind in pairs}
    return tuple(one for kind, items in lists.items() for one in faults.each(example, items or [], kind))


def _parts(node: Node, cue: str, faults: Faults) -> tuple[CuePart, ...]:
    items = node.items("parts")
    if not items:
        raise node.fault("P112", f"cue {cue!r}: parts is empty: the cue could never act")
    return tuple(faults.each(_part, items, cue, faults))


def _part(node: Node, cue: str, faults: Faults) -> CuePart:
    keys = node.pairs("a part of a cue", faults)
    faults.unknown_keys(node, f"cue {cue!r}", keys, PART_KEYS)
    if "side" not in keys:
        faults.problems.append(node.fault("P106", f"cue {cue!r}: each part needs a side").problem)

    def whole(name: str, default: int) -> int:
        return faults.get(keys, name, lambda value: value.integer(name), default)

    side = faults.get(keys, "side", lambda value: value.choice("side", SIDES), "")
    words, signs = _words(node, keys, cue, faults)
    if side == "quoted" and signs is not None:
        signs |= MARKS
    terminators = faults.get(keys, "terminators", lambda value: _phrases(value, "terminators", faults), [])
    return CuePart(
        side=side,
        reach=faults.get(keys, "reach", lambda value: value.choice("reach", REACHES), "clause"),
        window=whole("window", 30),
        commas=whole("commas", 1),
        near=whole("near", 1),
        source=words,
        ends="|".join(map(regex.escape, terminators)),
        signs=signs,
    )


def read_phrase(node: Node) -> str:
    """Read one phrase, folded as the text is; an empty or an endless one is a fault."""
    written = node.text("a phrase")
    phrase = fold_phrase(written).strip()
    if not phrase:
        raise node.fault("P112", "a phrase is empty once folded (only blanks or invisible characters)")
    if len(phrase) > LONGEST_PHRASE:
        raise node.fault(
            "P123", f"a phrase of {len(phrase)} characters (most: {LONGEST_PHRASE}); give its telling part"
        )
    return phrase


def _phrases(node: Node, key: str, faults: Faults) -> list[str]:
    """Return the phrases, the longest first."""
    items = node.items(key) if node.is_list else [node]
    if not items:
        raise node.fault("P112", f"{key} is empty")
    filled = faults.each(lambda item: fill_phrase(read_phrase(item), item, faults), items)
    return sorted({phrase for phrases in filled for phrase in phrases}, key=lambda x: (-len(x), x))


def _words(node: Node, keys: dict[str, Node], cue: str, faults: Faults) -> tuple[str, frozenset[str] | None]:
    """Return the source of one expression and its signs.

    Exceptions (pseudo cues) come first in it, so that no cue is seen inside them.
    """
    if "phrases" not in keys and "pattern" not in keys:
        raise node.fault("P106", f"cue {cue!r}: each part needs phrases or a pattern")
    phrases = faults.get(keys, "phrases", lambda value: _phrases(value, "phrases", faults), [])
    patterns, excepted = (
        faults.get(keys, key, lambda value: _patterns(value, faults), []) for key in ("pattern", "except")
    )
    wanted = [*map(regex.escape, phrases), *map(render, patterns)]
    source = "|".join([*map(render, excepted), f"(?P<cue>{'|'.join(wanted)})"])
    return source, signs_of(Choice((*map(Text, phrases), *patterns)))


def _patterns(node: Node, faults: Faults) -> list[Part]:
    items = node.items("pattern") if node.is_list else [node]
    if not items:
        raise node.fault("P112", "pattern is empty")
    return faults.each(_pattern, items, faults)


def _pattern(node: Node, faults: Faults) -> Part:
    part = read_pattern(node, faults)
    if heavy(part):  # cues are sought without a clock
        raise node.fault("P114", f"the pattern {node.raw.value!r} has too many ways to match for a cue; give it fewer")
    return part


def _compiled(source: str) -> Expression:
    """Compile with ``re``, which is several times faster, and with ``regex`` what only that understands."""
    try:
        return re.compile(source)
    except re.error:  # a look-behind of several lengths
        return regex.compile(source)
