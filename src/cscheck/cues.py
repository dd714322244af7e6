"""Cues (线索): words that change what a match means, loaded from data files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import regex

from .normalize import fold_phrase
from .patterns import read_pattern, render
from .source import Faults, Node, read_yaml

Expression: TypeAlias = "re.Pattern[str] | regex.Pattern[str]"
SIDES = ("before", "after", "inside", "overlap", "quoted", "anywhere")
REACHES = ("clause", "turn", "burst", "near")
PART_KEYS = ("side", "reach", "window", "commas", "near", "phrases", "pattern", "except", "terminators")
CUE_KEYS = ("id", "title", "why", "cancelled_by", "parts", "examples")
EXAMPLES = ("hit", "miss")


@dataclass(frozen=True)
class CuePart:
    """Where a cue's words stand and how far they act.

    ``side``: before or after the match, inside it, overlapping it (an official name), quoted (the words open a
    quotation that holds the match), or anywhere. ``reach``: the clause, the turn, the burst, or (near) the
    speaker's turns up to ``near`` before and after. ``window``: most characters between cue and match;
    ``commas``: how many commas it may cross.
    """

    side: str
    reach: str
    window: int
    commas: int
    near: int
    words: Expression
    terminators: Expression | None


@dataclass(frozen=True)
class Cue:
    """One cue: ``id`` is what rules name in ``unless``; a cue named in ``cancelled_by`` takes its effect away."""

    id: str
    title: str
    cancelled_by: tuple[str, ...]
    parts: tuple[CuePart, ...]
    examples: tuple[tuple[bool, str, int], ...]
    path: str


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

    return CuePart(
        side=faults.get(keys, "side", lambda value: value.choice("side", SIDES), ""),
        reach=faults.get(keys, "reach", lambda value: value.choice("reach", REACHES), "clause"),
        window=whole("window", 30),
        commas=whole("commas", 1),
        near=whole("near", 1),
        words=_words(node, keys, cue, faults),
        terminators=_compiled(_any(keys["terminators"], "terminators", faults)) if "terminators" in keys else None,
    )


def read_phrase(node: Node) -> str:
    """Read one phrase, folded as the text is; an empty one is a fault."""
    phrase = fold_phrase(node.text("a phrase")).strip()
    if not phrase:
        raise node.fault("P112", "a phrase is empty once folded (only blanks or invisible characters)")
    return phrase


def _any(node: Node, key: str, faults: Faults) -> str:
    """Return the source of one of several phrases, the longest first."""
    items = node.items(key) if node.is_list else [node]
    if not items:
        raise node.fault("P112", f"{key} is empty")
    return "|".join(map(regex.escape, sorted(faults.each(read_phrase, items), key=lambda x: (-len(x), x))))


def _words(node: Node, keys: dict[str, Node], cue: str, faults: Faults) -> Expression:
    """One expression: the exceptions (pseudo cues) are consumed first, so that no cue is seen inside them."""
    if "phrases" not in keys and "pattern" not in keys:
        raise node.fault("P106", f"cue {cue!r}: each part needs phrases or a pattern")
    phrases = faults.get(keys, "phrases", lambda value: _any(value, "phrases", faults), "")
    patterns = {key: faults.get(keys, key, lambda value: _patterns(value, faults), []) for key in ("pattern", "except")}
    words = f"(?P<cue>{'|'.join([*filter(None, [phrases]), *patterns['pattern']])})"
    return _compiled("|".join([*patterns["except"], words]))


def _patterns(node: Node, faults: Faults) -> list[str]:
    items = node.items("pattern") if node.is_list else [node]
    if not items:
        raise node.fault("P112", "pattern is empty")
    return [render(part) for part in faults.each(read_pattern, items)]


def _compiled(source: str) -> Expression:
    """Compile with ``re``, which is several times faster, and with ``regex`` what only that understands."""
    try:
        return re.compile(source)
    except re.error:  # a look-behind of several lengths
        return regex.compile(source)
