"""Cues (线索): words that change what a match means, loaded from data files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import regex

from .classes import LONGEST_PHRASE, fill_phrase
from .needs import signs_of
from .normalize import fold_phrase
from .patterns import Chars, Choice, Concat, Part, render
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
    ``commas``: how many commas it may cross. ``signs``: characters of which one stands wherever the words (or, for
    quoted, quotation marks) do; None where none are known.
    """

    side: str
    reach: str
    window: int
    commas: int
    near: int
    words: Expression
    terminators: Expression | None
    signs: frozenset[str] | None = None


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
    """The cues that a condition names, with the characters by which each can be ruled out in a turn."""

    def __init__(self, cues: Sequence[Cue]) -> None:
        self.cues = tuple(cues)
        self.always = {
            cue.id for cue in cues if any(part.signs is None or part.reach != "clause" for part in cue.parts)
        }
        self.by_char: dict[str, set[str]] = {}
        for cue in cues:
            for part in cue.parts:
                for char in part.signs or ():
                    self.by_char.setdefault(char, set()).add(cue.id)

    def possible(self, chars: Iterable[str]) -> tuple[Cue, ...]:
        """Return the cues that may act on a turn of these characters, in their order."""
        found = self.always.union(*(self.by_char[char] for char in chars if char in self.by_char))
        return tuple(cue for cue in self.cues if cue.id in found) if found else ()


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
        words=words,
        terminators=_compiled("|".join(map(regex.escape, terminators))) if terminators else None,
        signs=signs,
    )


def read_phrase(node: Node) -> str:
    """Read one phrase, folded as the text is; an empty or an endless one is a fault."""
    written = node.text("a phrase")
    if "\0" in written:
        raise node.fault("P110", "a phrase holds the character NUL (\\0), which no text has")
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


def _words(node: Node, keys: dict[str, Node], cue: str, faults: Faults) -> tuple[Expression, frozenset[str] | None]:
    """Return one expression, in which exceptions (pseudo cues) come first, so that no cue is seen inside; its signs."""
    if "phrases" not in keys and "pattern" not in keys:
        raise node.fault("P106", f"cue {cue!r}: each part needs phrases or a pattern")
    phrases = faults.get(keys, "phrases", lambda value: _phrases(value, "phrases", faults), [])
    patterns, excepted = (
        faults.get(keys, key, lambda value: _patterns(value, faults), []) for key in ("pattern", "except")
    )
    wanted = [*map(regex.escape, phrases), *map(render, patterns)]
    words = _compiled("|".join([*map(render, excepted), f"(?P<cue>{'|'.join(wanted)})"]))
    spelled = (Concat(tuple(Chars(frozenset(char)) for char in phrase)) for phrase in phrases)
    return words, signs_of(Choice((*spelled, *patterns)))


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
